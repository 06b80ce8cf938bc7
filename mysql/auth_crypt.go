package mysql

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The parts of what a server stores for caching_sha2_password: "$A$" or "$B$", three hex digits of rounds in thousands,
// "$", a salt, a digest. That of "$A$" is SHA256-crypt's in crypt's base 64; that of "$B$", which MySQL has since 9.7,
// is PBKDF2's with HMAC-SHA512, in the usual base 64.
const (
	sha2CryptHead   = "$A$"
	sha2PBKDF2Head  = "$B$"
	sha2RoundsLen   = 3
	sha2SaltLen     = 20
	sha2SaltStart   = len(sha2CryptHead) + sha2RoundsLen + 1
	sha2DigestStart = sha2SaltStart + sha2SaltLen
	sha2CryptLen    = 43
	sha2PBKDF2Len   = 88
	sha2RoundsUnit  = 1000
	sha2MaxPassword = 256 // in bytes, the plugin's limit; the cost of a check grows with the length
)

// errSHA2Stored is the error of a stored string that is not one of caching_sha2_password.
var errSHA2Stored = errors.New("not a caching_sha2_password hash, which is $A$ or $B$, rounds, $, salt and digest")

// SHA2CheckStored says whether password is the one of which a server stores (mysql.user.authentication_string) the
// given string. This takes milliseconds on purpose: do it once per account and keep [SHA2Hash] for later logins. An
// error says that stored is not such a string.
func SHA2CheckStored(stored string, password []byte) (bool, error) {
	digest := sha256Crypt
	switch {
	case strings.HasPrefix(stored, sha2CryptHead) && len(stored) == sha2DigestStart+sha2CryptLen:
	case strings.HasPrefix(stored, sha2PBKDF2Head) && len(stored) == sha2DigestStart+sha2PBKDF2Len:
		digest = sha512PBKDF2
	default:
		return false, errSHA2Stored
	}
	rounds, dollar := stored[len(sha2CryptHead):][:sha2RoundsLen], stored[sha2SaltStart-1]
	thousands, err := strconv.ParseUint(rounds, 16, 16)
	if err != nil || thousands == 0 || dollar != '$' {
		return false, fmt.Errorf("%w: rounds are %q", errSHA2Stored, rounds)
	}
	if len(password) > sha2MaxPassword {
		return false, nil
	}
	salt := stored[sha2SaltStart:sha2DigestStart]
	got := digest(password, []byte(salt), int(thousands)*sha2RoundsUnit)
	return subtle.ConstantTimeCompare([]byte(got), []byte(stored[sha2DigestStart:])) == 1, nil
}

// sha512PBKDF2 is the digest of "$B$", of 64 bytes before they are encoded.
func sha512PBKDF2(password, salt []byte, rounds int) string {
	key, err := pbkdf2.Key(sha512.New, string(password), salt, rounds, sha512.Size)
	if err != nil {
		return "" // in FIPS mode only, for a salt or key that is too short: neither is
	}
	return base64.StdEncoding.EncodeToString(key)
}

// sha256Crypt is the digest of SHA256-crypt as glibc's crypt has it for "$5$".
//
// Reference: https://www.akkadia.org/drepper/SHA-crypt.txt, whose step numbers the comments give.
func sha256Crypt(password, salt []byte, rounds int) string {
	sum := sha256CryptStart(password, salt)
	p := sha256CryptSequence(password, len(password)) // 13 to 16
	s := sha256CryptSequence(salt, 16+int(sum[0]))    // 17 to 20
	defer Zero(p)
	h := sha256.New()
	for round := range rounds { // 21
		h.Reset()
		if round%2 == 1 {
			h.Write(p)
		} else {
			h.Write(sum[:])
		}
		if round%3 != 0 {
			h.Write(s)
		}
		if round%7 != 0 {
			h.Write(p)
		}
		if round%2 == 1 {
			h.Write(sum[:])
		} else {
			h.Write(p)
		}
		h.Sum(sum[:0])
	}
	return cryptBase64(sum)
}

// sha256CryptStart makes digest A, the sum that the rounds begin with.
func sha256CryptStart(password, salt []byte) (a [sha256.Size]byte) {
	h := sha256.New() // 4 to 8: digest B
	h.Write(password)
	h.Write(salt)
	h.Write(password)
	var b [sha256.Size]byte
	h.Sum(b[:0])
	h.Reset() // 1 to 3
	h.Write(password)
	h.Write(salt)
	n := len(password)
	for ; n > sha256.Size; n -= sha256.Size { // 9
		h.Write(b[:])
	}
	h.Write(b[:n])                          // 10
	for n = len(password); n > 0; n >>= 1 { // 11
		if n&1 == 1 {
			h.Write(b[:])
		} else {
			h.Write(password)
		}
	}
	h.Sum(a[:0]) // 12
	return a
}

// sha256CryptSequence hashes data, times times over, and repeats that digest to the length of data.
func sha256CryptSequence(data []byte, times int) []byte {
	h := sha256.New()
	for range times {
		h.Write(data)
	}
	digest := h.Sum(nil)
	sequence := make([]byte, 0, len(data)+sha256.Size)
	for len(sequence) < len(data) {
		sequence = append(sequence, digest...)
	}
	return sequence[:len(data)]
}

// cryptAlphabet is the alphabet of crypt's base 64, which is not the usual one.
const cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// cryptBase64 writes a digest as crypt does (22): bytes in threes, ten apart, in turning order, least significant six
// bits first.
func cryptBase64(sum [sha256.Size]byte) string {
	out := make([]byte, 0, sha2CryptLen)
	group := func(v uint, digits int) {
		for range digits {
			out = append(out, cryptAlphabet[v&0x3f])
			v >>= 6
		}
	}
	a, b, c := 0, 10, 20
	for range 10 {
		group(uint(sum[a])<<16|uint(sum[b])<<8|uint(sum[c]), 4)
		a, b, c = c+1, a+1, b+1
	}
	group(uint(sum[31])<<8|uint(sum[30]), 3)
	return string(out)
}
