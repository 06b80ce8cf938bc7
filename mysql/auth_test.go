package mysql_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"shunt/mysql"
)

const password = "correct horse"

func TestNativeScrambleIsWhatOthersCompute(t *testing.T) {
	sha1pw, doubleHash := mysql.NativeHash([]byte(password))
	reply := mysql.NativeScramble(salt[:], sha1pw, doubleHash)
	if want := gomysql.CalcNativePassword(salt[:], []byte(password)); !bytes.Equal(reply[:], want) {
		t.Errorf("got %x, want %x", reply, want)
	}
	if stored := mysql.FormatNativeHash(doubleHash); stored != auth.EncodePassword(password) {
		t.Errorf("stored as %s, want %s", stored, auth.EncodePassword(password))
	}
}

func TestNativeVerifyRecoversWhatOpensOtherServers(t *testing.T) {
	doubleHash, err := mysql.ParseNativeHash(auth.EncodePassword(password))
	if err != nil {
		t.Fatal(err)
	}
	sha1pw, ok := mysql.NativeVerify(gomysql.CalcNativePassword(salt[:], []byte(password)), salt[:], doubleHash)
	if !ok {
		t.Fatal("the right reply is refused")
	}
	behind := []byte("another server's salt")[:mysql.SaltLen]
	reply := mysql.NativeScramble(behind, sha1pw, doubleHash)
	if want := gomysql.CalcNativePassword(behind, []byte(password)); !bytes.Equal(reply[:], want) {
		t.Errorf("the server behind gets %x, wants %x", reply, want)
	}
}

func TestNativeVerifyRefuses(t *testing.T) {
	_, doubleHash := mysql.NativeHash([]byte(password))
	right := gomysql.CalcNativePassword(salt[:], []byte(password))
	flipped := bytes.Clone(right)
	flipped[19] ^= 1
	for name, reply := range map[string][]byte{
		"no reply":             nil,
		"a short reply":        right[:19],
		"a long reply":         append(bytes.Clone(right), 0),
		"one bit wrong":        flipped,
		"another password":     gomysql.CalcNativePassword(salt[:], []byte("wrong")),
		"another salt's reply": gomysql.CalcNativePassword([]byte("another server's sal"), []byte(password)),
	} {
		if sha1pw, ok := mysql.NativeVerify(reply, salt[:], doubleHash); ok || sha1pw != [20]byte{} {
			t.Errorf("%s: ok is %v, recovered %x", name, ok, sha1pw)
		}
	}
}

func TestParseNativeHashRefuses(t *testing.T) {
	for _, stored := range []string{
		"", "*", "5d2e19393cc5ef67", "*" + strings.Repeat("z", 40), strings.Repeat("A", 41), "*" + strings.Repeat("A", 41),
	} {
		if hash, err := mysql.ParseNativeHash(stored); err == nil {
			t.Errorf("%q is %x", stored, hash)
		}
	}
}

func TestSHA2ScrambleIsWhatOthersCompute(t *testing.T) {
	reply := mysql.SHA2ScramblePassword(salt[:], []byte(password))
	if want := gomysql.CalcCachingSha2Password(salt[:], []byte(password)); !bytes.Equal(reply[:], want) {
		t.Errorf("got %x, want %x", reply, want)
	}
}

func TestSHA2VerifyRecoversWhatOpensOtherServers(t *testing.T) {
	_, doubleHash := mysql.SHA2Hash([]byte(password))
	sha256pw, ok := mysql.SHA2Verify(gomysql.CalcCachingSha2Password(salt[:], []byte(password)), salt[:], doubleHash)
	if !ok {
		t.Fatal("the right reply is refused")
	}
	behind := []byte("another server's salt")[:mysql.SaltLen]
	reply := mysql.SHA2Scramble(behind, sha256pw)
	if want := gomysql.CalcCachingSha2Password(behind, []byte(password)); !bytes.Equal(reply[:], want) {
		t.Errorf("the server behind gets %x, wants %x", reply, want)
	}
	for name, wrong := range map[string][]byte{
		"no reply":         nil,
		"a short reply":    reply[:31],
		"another salt's":   reply[:],
		"another password": gomysql.CalcCachingSha2Password(salt[:], []byte("wrong")),
	} {
		if sha256pw, ok := mysql.SHA2Verify(wrong, salt[:], doubleHash); ok || sha256pw != [32]byte{} {
			t.Errorf("%s: ok is %v, recovered %x", name, ok, sha256pw)
		}
	}
}

func TestSHA2StoredHashIsWhatOthersCompute(t *testing.T) {
	for _, password := range []string{"", "a", password, strings.Repeat("x", 32), strings.Repeat("y", 200), "päss"} {
		stored := auth.NewHashPassword(password, mysql.PluginCachingSHA2)
		if ok, err := mysql.SHA2CheckStored(stored, []byte(password)); !ok || err != nil {
			t.Errorf("%q is refused: %v", password, err)
		}
		if ok, err := mysql.SHA2CheckStored(stored, []byte(password+"!")); ok || err != nil {
			t.Errorf("%q and one more is taken: %v, %v", password, ok, err)
		}
	}
}

// TestSHA2StoredAsPBKDF2 has what MySQL 9.7.4 stored with caching_sha2_password_storage_format = PBKDF2_SHA512.
func TestSHA2StoredAsPBKDF2(t *testing.T) {
	const stored = "$B$00A$5A/.\x1d!\x7f]p'W\aKp41\x19\x10P\x13Qf4HP2nkuUCDwjDkCLL7uOmogxlJtbx+i6SgLiuMulQGx1CzASuPEbTHuAkYCm0eZwz5DPHsG5b/tMvqikeC7w=="
	for given, want := range map[string]bool{"stored": true, "stored!": false, "": false} {
		if ok, err := mysql.SHA2CheckStored(stored, []byte(given)); ok != want || err != nil {
			t.Errorf("%q: %v, %v", given, ok, err)
		}
	}
}

func TestSHA2StoredHashRefuses(t *testing.T) {
	good := auth.NewHashPassword(password, mysql.PluginCachingSHA2)
	for name, stored := range map[string]string{
		"empty":          "",
		"a native hash":  auth.EncodePassword(password),
		"too short":      good[:69],
		"too long":       good + "x",
		"another scheme": "$C" + good[2:],
		"a short PBKDF2": "$B" + good[2:],
		"no rounds":      "$A$000$" + good[7:],
		"strange rounds": "$A$-05$" + good[7:],
		"no separator":   "$A$005x" + good[7:],
	} {
		if ok, err := mysql.SHA2CheckStored(stored, []byte(password)); ok || err == nil {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
	if ok, err := mysql.SHA2CheckStored(good, bytes.Repeat([]byte("x"), 1<<20)); ok || err != nil {
		t.Errorf("an endless password: %v, %v", ok, err)
	}
}

func TestPasswordTravelsByRSA(t *testing.T) {
	key, publicPEM, err := mysql.NewRSAKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := mysql.ParseRSAPublicKey(publicPEM)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := mysql.EncryptPassword([]byte(password), salt[:], public)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := gomysql.EncryptPassword(password, salt[:], public)
	if err != nil {
		t.Fatal(err)
	}
	for name, cipher := range map[string][]byte{"ours": ours, "go-mysql's": theirs} {
		if got, err := mysql.DecryptPassword(cipher, salt[:], key); err != nil || string(got) != password {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if got, err := mysql.DecryptPassword(ours, []byte("another server's sal"), key); err == nil {
		t.Errorf("with another salt it is %q", got)
	}
	if _, err := mysql.DecryptPassword(ours[:len(ours)-1], salt[:], key); err == nil { // not ours[1:], since its first byte may be 0
		t.Error("a cut cipher is decrypted")
	}
	if _, err := mysql.EncryptPassword(make([]byte, 1000), salt[:], public); err == nil {
		t.Error("a password longer than the key is encrypted")
	}
	unsalted, err := rsaRoundTrip(nil, key)
	if err != nil || unsalted != "x" {
		t.Errorf("without a salt it is %q, %v", unsalted, err)
	}
}

func rsaRoundTrip(salt []byte, key *rsa.PrivateKey) (string, error) {
	cipher, err := mysql.EncryptPassword([]byte("x"), salt, &key.PublicKey)
	if err != nil {
		return "", err
	}
	plain, err := mysql.DecryptPassword(cipher, salt, key)
	return string(plain), err
}

func TestParseRSAPublicKeyRefuses(t *testing.T) {
	for _, text := range []string{"", "no PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if _, err := mysql.ParseRSAPublicKey([]byte(text)); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
}

func TestClearPassword(t *testing.T) {
	sent := mysql.AppendClearPassword(nil, []byte(password))
	if got, err := mysql.ParseClearPassword(sent); err != nil || string(got) != password {
		t.Errorf("got %q, %v", got, err)
	}
	for _, payload := range []string{"", "no end", "two\x00ends\x00"} {
		if _, err := mysql.ParseClearPassword([]byte(payload)); !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("%q: %v", payload, err)
		}
	}
}

func TestZero(t *testing.T) {
	secret := []byte(rand.Text())
	mysql.Zero(secret)
	if !bytes.Equal(secret, make([]byte, len(secret))) {
		t.Errorf("it is still %q", secret)
	}
}
