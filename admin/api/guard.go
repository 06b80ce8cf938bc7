package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// guard lets through who knows the password.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, given := r.BasicAuth()
		if !given || !a.right(user, password) {
			if given {
				a.log.Warn("a login to the API failed", "from", r.RemoteAddr, "user", user)
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="shunt", charset="UTF-8"`)
			reply(w, nil, &Error{http.StatusUnauthorized, "user admin and the password of admin.password are needed"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// right compares in constant time, lengths included.
func (a *API) right(user, password string) bool {
	if a.config.Password == "" {
		return false
	}
	return equal(user, User)&equal(password, a.config.Password) == 1
}

func equal(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}
