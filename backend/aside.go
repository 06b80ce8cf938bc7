package backend

import (
	"shunt/netloop"
)

// Aside opens a connection of its own beside the pool, for what must not wait in the pool's queue. It belongs to the task that opened it, which ends it
// with [Conn.Leave]. Errors: *DialError, or *mysql.Error if the server refused the login.
func (p *Pool) Aside(task netloop.Task, who *Credentials) (*Conn, error) {
	return p.open(task, Key{User: who.User, Account: who.Account}, who)
}

// Leave ends a connection that is in no pool.
func (c *Conn) Leave(task netloop.Task) {
	c.Quit()
	task.Release(c.Conn)
}
