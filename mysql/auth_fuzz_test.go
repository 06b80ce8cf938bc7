package mysql_test

import (
	"bytes"
	"testing"

	"shunt/mysql"
)

// FuzzVerify answers a salt with anything: it is right only if it is what the password makes of the salt.
func FuzzVerify(f *testing.F) {
	password, salt := []byte("secret"), []byte("12345678901234567890")
	once, twice := mysql.NativeHash(password)
	native := mysql.NativeScramble(salt, once, twice)
	sha2 := mysql.SHA2ScramblePassword(salt, password)
	signature, err := mysql.Ed25519Sign(salt, password)
	if err != nil {
		f.Fatal(err)
	}
	for _, reply := range [][]byte{
		{}, native[:], sha2[:], signature[:], native[:19], append(sha2[:], 0), make([]byte, 20), make([]byte, 32), make([]byte, 64), []byte("secret\x00"),
	} {
		f.Add(reply, salt, password)
		f.Add(reply, []byte{}, password)
	}
	f.Add(native[:], salt, []byte{})
	f.Fuzz(func(t *testing.T, reply, salt, password []byte) {
		once, twice := mysql.NativeHash(password)
		right := mysql.NativeScramble(salt, once, twice)
		if recovered, ok := mysql.NativeVerify(reply, salt, twice); ok != bytes.Equal(reply, right[:]) || ok != (recovered == once) {
			t.Errorf("mysql_native_password: %x is right: %v, with %x recovered", reply, ok, recovered)
		}
		sha256pw, double := mysql.SHA2Hash(password)
		fast := mysql.SHA2ScramblePassword(salt, password)
		if recovered, ok := mysql.SHA2Verify(reply, salt, double); ok != bytes.Equal(reply, fast[:]) || ok != (recovered == sha256pw) {
			t.Errorf("caching_sha2_password: %x is right: %v, with %x recovered", reply, ok, recovered)
		}
		public, err := mysql.Ed25519Public(password)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := mysql.Ed25519Sign(salt, password)
		if err != nil {
			t.Fatal(err)
		}
		if mysql.Ed25519Verify(reply, salt, public) != bytes.Equal(reply, signed[:]) || !mysql.Ed25519Verify(signed[:], salt, public) {
			t.Errorf("client_ed25519: %x is taken for a signature, or a signature is not", reply)
		}
	})
}

// FuzzDecryptPassword gives a server's key what a client may send: it is an error, or a password that ends with a NUL and is no longer than was sent.
func FuzzDecryptPassword(f *testing.F) {
	key, _, err := mysql.NewRSAKey()
	if err != nil {
		f.Fatal(err)
	}
	salt := []byte("12345678901234567890")
	for _, password := range []string{"", "secret", "nul\x00within"} {
		cipher, err := mysql.EncryptPassword([]byte(password), salt, &key.PublicKey)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(cipher, salt)
		f.Add(cipher, []byte{})
		f.Add(cipher[1:], salt)
	}
	f.Add(make([]byte, 256), salt)
	f.Add(bytes.Repeat([]byte{0xff}, 256), salt)
	f.Add([]byte("secret\x00"), salt)
	f.Fuzz(func(t *testing.T, cipher, salt []byte) {
		password, err := mysql.DecryptPassword(cipher, salt, key)
		if err == nil && len(password) >= len(cipher) {
			t.Errorf("%d bytes hold a password of %d", len(cipher), len(password))
		}
	})
}
