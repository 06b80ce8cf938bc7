package admin

// StoreRow is the store in which proxies agree: SHOW STORE.
type StoreRow struct {
	Kind         string  `json:"kind" doc:"embedded: an etcd inside this process; etcd: a cluster; memory: nothing is kept"`
	Store        string  `json:"store" doc:"its folder, or the addresses of the cluster"`
	Healthy      bool    `json:"healthy" doc:"whether it answered just now"`
	SinceSeconds float64 `json:"since_seconds" doc:"for how long it has been so"`
	Revision     int64   `json:"revision" doc:"its newest; each change makes the next one"`
	Keys         int64   `json:"keys" doc:"how many keys shunt has in it"`
	Bytes        int64   `json:"bytes" doc:"how large it is, on disk or in memory; of a cluster, one member"`
	InUse        int64   `json:"bytes_in_use" doc:"how much of that is not free again"`
	Quota        *int64  `json:"quota" doc:"how large it may become; NULL where shunt does not decide that"`
	Problem      string  `json:"problem" doc:"what is wrong with it; empty if all is well"`
}

// Store looks at the store: one row.
func (s *Service) Store() []StoreRow {
	is := s.house.Store()
	row := StoreRow{
		Kind: is.Kind, Store: is.Where, Healthy: is.Healthy, SinceSeconds: seconds(s.house.Now().Sub(is.Since)), Revision: int64(is.Revision),
		Keys: is.Keys, Bytes: is.Bytes, InUse: is.InUse, Problem: is.Problem,
	}
	if is.Quota > 0 {
		row.Quota = &is.Quota
	}
	return []StoreRow{row}
}
