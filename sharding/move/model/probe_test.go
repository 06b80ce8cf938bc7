package model
import ("testing";"time";"os";"fmt";"runtime";"unsafe")
func TestProbe(t *testing.T){
 worlds:=map[string]world{
  "A": {copied:true,writes:2, losses:1,cuts:1, slow:true, homes:true,data:true,writable:true,doors:true},
  "A1": {copied:true,writes:1, losses:1,cuts:1, slow:true, tries:1,homes:true,data:true,writable:true,doors:true},
  "B": {copied:true,writes:1, losses:2, slow:true, homes:true,data:true},
  "C": {copied:true,writes:1, rollbacks:1, losses:1,slow:true,  homes:true,data:true,writable:true},
  "C2": {copied:true,writes:2, rollbacks:1, losses:1, homes:true,data:true,writable:true},
  "C3": {copied:true,writes:2, rollbacks:1, deaths:1,  homes:true,data:true,writable:true},
  "D": {writes:1, losses:1,redo:true,copies:2,homes:true,data:true},
  "E": {writes:1, found:true, finishes:1, losses:1, copies:1, homes:true,data:true},
  "F": {copied:true,writes:1, serverDowns:1, losses:1,slow:true,  homes:true,data:true, writable:true},
  "G": {copied:true,writes:2, rollbacks:1, slow:true, tries:1, homes:true,data:true, comfort:true, writable:true},
 }
 w,ok:=worlds[os.Getenv("W")]
 if !ok {t.Skip()}
 if os.Getenv("CODED")!="" { w.without=allGuards&^asCoded }
 t0:=time.Now()
 r,err:=explore(w.system(),3000000)
 var ms runtime.MemStats
 runtime.ReadMemStats(&ms)
 fmt.Println(os.Getenv("W"),r,err,time.Since(t0),ms.Sys>>20, unsafe.Sizeof(state{}))
}
