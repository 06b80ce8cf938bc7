package proxy

import "time"

// Limits are what one account may take. 0 is no limit, everywhere.
type Limits struct {
	// QueryTimeout bounds how long a statement runs on a server.
	QueryTimeout time.Duration
	// TransactionIdle bounds how long a client says nothing in a transaction, Transaction how long that is open at all.
	TransactionIdle, Transaction time.Duration
	// Connections bounds the clients of the account that are connected at a time, ServerConnections its connections to one server.
	Connections, ServerConnections int
}

// AccountLimits are the limits of all accounts. It is immutable.
type AccountLimits struct {
	Limits                    // of those that are not named
	Users  map[string]*Limits // by user name
}

// Of gives the limits of a user's accounts.
func (a *AccountLimits) Of(user string) *Limits {
	if l := a.Users[user]; l != nil {
		return l
	}
	return &a.Limits
}

// SetLimits puts other limits in force, for those who log in from now on. It may be called from anywhere.
func (s *Server) SetLimits(a *AccountLimits) { s.limits.Store(a) }
