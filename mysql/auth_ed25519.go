package mysql

import (
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"

	"filippo.io/edwards25519"
)

// StoredEd25519 is the name that account tables have for accounts of [PluginEd25519].
const StoredEd25519 = "ed25519"

// Ed25519SaltLen is the length in bytes of the salt that client_ed25519 signs. It comes in an [AuthSwitch] of its own, without a NUL.
const Ed25519SaltLen = 32

// Ed25519Public makes the public key of a password, which is what a server stores.
//
// It is Ed25519, but for the password in the place of the seed of 32 bytes that RFC 8032 begins with, so that crypto/ed25519 cannot make the
// key. What it can do is check a signature. There is no salt: whoever sees the public key can try passwords offline.
//
// Reference: https://mariadb.com/kb/en/connection/#client_ed25519-plugin and plugin/auth_ed25519 of MariaDB 10.11.
func Ed25519Public(password []byte) (public [ed25519.PublicKeySize]byte, err error) {
	key, err := newEd25519Key(password)
	if err != nil {
		return public, err
	}
	defer key.clear()
	return key.public, nil
}

// Ed25519Sign answers a server's salt with a signature by a password. An empty password signs like any other.
func Ed25519Sign(salt, password []byte) (signature [ed25519.SignatureSize]byte, err error) {
	key, err := newEd25519Key(password)
	if err != nil {
		return signature, err
	}
	defer key.clear()
	nonce, err := ed25519Scalar(key.prefix, salt)
	if err != nil {
		return signature, err
	}
	point := new(edwards25519.Point).ScalarBaseMult(nonce).Bytes()
	challenge, err := ed25519Scalar(point, key.public[:], salt)
	if err != nil {
		return signature, err
	}
	answer := challenge.MultiplyAdd(challenge, key.secret, nonce)
	copy(signature[:], point)
	copy(signature[len(point):], answer.Bytes())
	return signature, nil
}

// Ed25519Verify checks a client's signature of a salt against the stored public key. Unlike with the other plugins it tells nothing with which
// shunt could log in behind as the same account: for that the password itself is needed.
func Ed25519Verify(signature, salt []byte, public [ed25519.PublicKeySize]byte) bool {
	return len(signature) == ed25519.SignatureSize && ed25519.Verify(public[:], salt, signature)
}

// errEd25519Stored is the error of a stored string that is not a public key.
var errEd25519Stored = errors.New("an ed25519 key is 43 characters of base 64")

// ParseEd25519Public reads a public key as account tables store it (authentication_string in mysql.global_priv). An empty string, which
// PASSWORD of an empty password leaves there, is an error: such an account lets nobody in.
func ParseEd25519Public(stored string) (public [ed25519.PublicKeySize]byte, err error) {
	encoding := base64.RawStdEncoding.Strict()
	if len(stored) != encoding.EncodedLen(len(public)) {
		return public, fmt.Errorf("%w, not %d", errEd25519Stored, len(stored))
	}
	key, err := encoding.DecodeString(stored)
	if err != nil {
		return public, fmt.Errorf("%w: %w", errEd25519Stored, err)
	}
	if copy(public[:], key); len(key) != len(public) { // line breaks are passed over
		return [ed25519.PublicKeySize]byte{}, errEd25519Stored
	}
	return public, nil
}

// FormatEd25519Public writes a public key as account tables store it. It is the same for the same password, so comparing it with what is
// stored tells whether a password is an account's.
func FormatEd25519Public(public [ed25519.PublicKeySize]byte) string {
	return base64.RawStdEncoding.EncodeToString(public[:])
}

// ed25519Key is what a password is expanded to.
type ed25519Key struct {
	digest [sha512.Size]byte
	secret *edwards25519.Scalar
	prefix []byte // the other half of digest, which makes nonces
	public [ed25519.PublicKeySize]byte
}

func newEd25519Key(password []byte) (*ed25519Key, error) {
	k := &ed25519Key{digest: sha512.Sum512(password)}
	half := len(k.digest) / 2
	secret, err := new(edwards25519.Scalar).SetBytesWithClamping(k.digest[:half])
	if err != nil {
		return nil, fmt.Errorf("making an ed25519 key: %w", err)
	}
	k.secret, k.prefix = secret, k.digest[half:]
	copy(k.public[:], new(edwards25519.Point).ScalarBaseMult(secret).Bytes())
	return k, nil
}

// clear overwrites what is secret.
func (k *ed25519Key) clear() {
	clear(k.digest[:])
	k.secret.Set(edwards25519.NewScalar())
}

// ed25519Scalar is the number that a hash of all parts comes to.
func ed25519Scalar(parts ...[]byte) (*edwards25519.Scalar, error) {
	h := sha512.New()
	for _, part := range parts {
		h.Write(part)
	}
	scalar, err := new(edwards25519.Scalar).SetUniformBytes(h.Sum(nil))
	if err != nil {
		return nil, fmt.Errorf("signing with ed25519: %w", err)
	}
	return scalar, nil
}
