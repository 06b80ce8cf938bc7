package mysql

import (
	"crypto/sha256"
	"crypto/subtle"
)

// What a server says in an [AuthMore] packet of caching_sha2_password, and what a client asks in the packet after it.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html.
const (
	SHA2RequestKey = 2 // client: send me your RSA key
	SHA2FastOK     = 3 // server: the reply was right, OK follows
	SHA2FullAuth   = 4 // server: I do not have you in my cache, send the password
)

// SHA2Hash hashes a password for caching_sha2_password: sha256pw is what a client proves to know in the fast exchange
// (as good as the password there: keep it in memory only, and clear it after use), doubleHash what checks that proof. A
// server stores neither, see [SHA2CheckStored].
func SHA2Hash(password []byte) (sha256pw, doubleHash [sha256.Size]byte) {
	sha256pw = sha256.Sum256(password)
	return sha256pw, sha256.Sum256(sha256pw[:])
}

// SHA2Scramble answers a salt with the SHA256 of a password. No password is answered with no bytes at all.
func SHA2Scramble(salt []byte, sha256pw [sha256.Size]byte) (reply [sha256.Size]byte) {
	mask := sha2Mask(salt, sha256.Sum256(sha256pw[:]))
	subtle.XORBytes(reply[:], sha256pw[:], mask[:])
	return reply
}

// SHA2ScramblePassword answers a salt with a password.
func SHA2ScramblePassword(salt, password []byte) (reply [sha256.Size]byte) {
	sha256pw, _ := SHA2Hash(password)
	defer Zero(sha256pw[:])
	return SHA2Scramble(salt, sha256pw)
}

// SHA2Verify checks a client's reply to a salt against a double hash that a full authentication has left in the cache,
// in constant time. From a right reply it recovers the SHA256 of the password, which answers the fast exchange of the
// servers behind; from a wrong one it recovers nothing.
func SHA2Verify(reply, salt []byte, doubleHash [sha256.Size]byte) (sha256pw [sha256.Size]byte, ok bool) {
	if len(reply) != sha256.Size {
		return sha256pw, false
	}
	mask := sha2Mask(salt, doubleHash)
	subtle.XORBytes(sha256pw[:], reply, mask[:])
	again := sha256.Sum256(sha256pw[:])
	if subtle.ConstantTimeCompare(again[:], doubleHash[:]) != 1 {
		return [sha256.Size]byte{}, false
	}
	return sha256pw, true
}

// sha2Mask hides the SHA256 of the password on the wire: SHA256 of double hash and salt, in this order.
func sha2Mask(salt []byte, doubleHash [sha256.Size]byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(doubleHash[:])
	h.Write(salt)
	return [sha256.Size]byte(h.Sum(nil))
}
