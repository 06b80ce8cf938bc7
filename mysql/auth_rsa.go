package mysql

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // the protocol has no other
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// rsaBits is the size of the keys that shunt makes, as the servers' own.
const rsaBits = 2048

// NewRSAKey makes a key for full caching_sha2_password authentication without TLS, and its public half in PEM, as the
// [AuthMore] packet that answers SHA2RequestKey carries it. It takes a good part of a second.
func NewRSAKey() (key *rsa.PrivateKey, publicPEM []byte, err error) {
	key, err = rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, nil, fmt.Errorf("making an RSA key: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, nil, fmt.Errorf("writing an RSA key: %w", err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// ParseRSAPublicKey reads the public key that a server sends.
func ParseRSAPublicKey(publicPEM []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(publicPEM)
	if block == nil {
		return nil, errors.New("the server's RSA key is not PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading the server's RSA key: %w", err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the server's key is a %T, not an RSA key", parsed)
	}
	return key, nil
}

// EncryptPassword encrypts a password for a server: the password and a NUL, XOR the salt, by RSA with OAEP and SHA1.
func EncryptPassword(password, salt []byte, key *rsa.PublicKey) ([]byte, error) {
	plain := AppendClearPassword(make([]byte, 0, len(password)+1), password)
	defer Zero(plain)
	xorSalt(plain, salt)
	cipher, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, key, plain, nil)
	if err != nil {
		return nil, fmt.Errorf("encrypting a password: %w", err)
	}
	return cipher, nil
}

// DecryptPassword undoes [EncryptPassword]. The caller clears the password after use.
func DecryptPassword(cipher, salt []byte, key *rsa.PrivateKey) ([]byte, error) {
	plain, err := rsa.DecryptOAEP(sha1.New(), nil, key, cipher, nil)
	if err != nil {
		return nil, fmt.Errorf("decrypting a password: %w", err)
	}
	xorSalt(plain, salt)
	return ParseClearPassword(plain)
}

// xorSalt combines data with the salt, over and over again.
func xorSalt(data, salt []byte) {
	for i := range data {
		if len(salt) > 0 {
			data[i] ^= salt[i%len(salt)]
		}
	}
}
