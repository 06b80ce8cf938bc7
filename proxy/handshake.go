package proxy

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"time"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// offered is what shunt can do at the front, whatever the servers behind; a greeting offers what both can.
const offered = mysql.CapLongPassword | mysql.CapFoundRows | mysql.CapLongFlag | mysql.CapConnectWithDB | mysql.CapNoSchema | mysql.CapODBC |
	mysql.CapLocalFiles | mysql.CapIgnoreSpace | mysql.CapProtocol41 | mysql.CapInteractive | mysql.CapIgnoreSigpipe | mysql.CapTransactions |
	mysql.CapReserved | mysql.CapSecureConnection | mysql.CapMultiStatements | mysql.CapMultiResults | mysql.CapPSMultiResults |
	mysql.CapPluginAuth | mysql.CapConnectAttrs | mysql.CapPluginAuthLenenc | mysql.CapCanHandleExpiredPasswords | mysql.CapSessionTrack | mysql.CapDeprecateEOF |
	mysql.CapQueryAttributes | mysql.CapProgress | mysql.CapBulkOperations | mysql.CapExtendedMetadata | mysql.CapCacheMetadata | mysql.CapBulkUnitResults

// welcome is a client's whole life: greeting, login, commands, end. It is the body of the client's task.
func (s *Server) welcome(task netloop.Task, nc net.Conn, l *listener) {
	c := s.newClient(task, nc, l)
	if c.arrive() && !c.rest() {
		c.serve(task)
	}
}

func (s *Server) newClient(task netloop.Task, nc net.Conn, l *listener) *Client {
	c := &Client{server: s, task: task, conn: task.Attach(nc), listener: l, born: time.Now()}
	c.in = inbox{conn: c.conn, pool: s.buffers, limit: s.config.Packet}
	_, c.local = nc.RemoteAddr().(*net.UnixAddr)
	c.serving = c.serve
	c.wake()
	return c
}

// arrive registers a client and logs it in; false if that was in vain, and then it is closed.
func (c *Client) arrive() (in bool) {
	defer func() {
		if !in {
			c.close()
		}
	}()
	defer c.survive()
	if !c.server.enter(c) {
		c.server.metrics.login("too many connections")
		c.refuse(0, mysql.TooManyConnections())
		return false
	}
	if err := c.logIn(); err != nil {
		c.server.Log.Debug("login failed", "client", c.remote(), "user", c.user, "error", err)
		return false
	}
	return true
}

// logIn greets, switches to TLS if asked, checks the password and makes the session. The error was told to the client if it
// could be.
func (c *Client) logIn() error {
	c.conn.SetReadDeadline(c.born.Add(c.server.config.Login))
	c.conn.SetWriteDeadline(c.born.Add(c.server.config.Login))
	c.setState(Login)
	hello, login, seq, err := c.greet()
	if err != nil {
		return c.loginFailed(seq+1, err)
	}
	c.caps = login.Capabilities & hello.Capabilities
	if limit := c.server.Servers.MaxPacket(); limit > 0 {
		c.in.limit = min(c.in.limit, limit) // a server would say the same, but only after it has closed the connection
	}
	cl := &claim{user: login.User, plugin: login.AuthPlugin, reply: login.AuthData, seq: seq, database: login.Database, read: c.in.exact,
		attributes: ownAttributes(login.Attributes)}
	if cl.plugin == "" {
		cl.plugin = mysql.PluginNative
	}
	if err := c.enter(cl, uint16(login.Collation)); err != nil {
		return c.loginFailed(cl.seq+1, err)
	}
	c.server.metrics.login("ok")
	c.conn.SetReadDeadline(time.Time{})
	c.conn.SetWriteDeadline(time.Time{})
	if err := c.sendOK(cl.seq + 1); err != nil {
		return err
	}
	c.compress(&login)
	return nil
}

// compress switches compression on, if the client wants it, once the login is over. A client that names both algorithms means zlib, as with servers.
func (c *Client) compress(login *mysql.Login) {
	algorithm := compress.Zlib
	switch {
	case c.caps.Has(mysql.CapCompress):
	case c.caps.Has(mysql.CapZstdCompression):
		algorithm = compress.Zstd
	default:
		return
	}
	c.conn = c.server.codecs.Wrap(c.conn, compress.AsServer, algorithm, int(login.ZstdLevel))
	c.in.conn, c.in.renumber = c.conn, true
}

// greet sends the greeting and reads the login behind it, inside TLS if the client wants that.
func (c *Client) greet() (hello mysql.Greeting, login mysql.Login, seq byte, err error) {
	servers, known := c.server.Servers.Greeting()
	if !known {
		return hello, login, 255, mysql.NewError(ErrorNotReady, "08S01",
			"shunt: no server was reached yet; try again in a moment, and see SHOW SERVERS on the admin console")
	}
	c.salt, c.serverFlavor = newSalt(), servers.Flavor
	hello = mysql.Greeting{
		ServerVersion: servers.Version, ConnectionID: c.id, Salt: c.salt, Capabilities: offered&servers.Capabilities | c.listener.Compression,
		Collation: servers.Collation, Status: mysql.StatusAutocommit, AuthPlugin: servers.AuthPlugin,
	}
	if c.listener.TLS != nil {
		hello.Capabilities |= mysql.CapSSL
	}
	if err := c.sendPacket(0, hello.Append(nil)); err != nil {
		return hello, login, 0, err
	}
	answer, err := c.firstWord()
	if err != nil {
		return hello, login, answer.seq, err
	}
	if mysql.IsSSLRequest(answer.payload) && c.listener.TLS != nil {
		if err := c.startTLS(); err != nil {
			return hello, login, 1, err
		}
		if answer, err = c.in.exact(); err != nil {
			return hello, login, 1, err
		}
	} else if c.listener.Required {
		return hello, login, answer.seq, mysql.NewError(3159, "HY000",
			"Connections using insecure transport are prohibited while --require_secure_transport=ON.")
	}
	login, err = mysql.ParseLogin(answer.payload)
	if err != nil || !login.Capabilities.Has(mysql.CapProtocol41) {
		return hello, login, answer.seq, mysql.BadHandshake()
	}
	return hello, login, answer.seq, nil
}

// firstWord reads the packet behind the greeting. Where a load balancer may stand, it says first for whom it speaks; like MariaDB, shunt greets
// without waiting for that, so that clients from the same networks may come without a balancer.
func (c *Client) firstWord() (command, error) {
	var first [proxyHeaderStart]byte
	if _, err := io.ReadFull(c.in.conn, first[:]); err != nil {
		return command{}, err
	}
	if !beginsProxyHeader(first[:]) {
		return c.in.exactBehind(first)
	}
	address, err := readProxyHeader(first[:], c.in.conn)
	if errors.Is(err, errProxyHeader) {
		return command{}, mysql.NewError(ErrorProxyHeader, "08S01", "shunt: %v", err)
	}
	if err != nil {
		return command{}, err
	}
	answer, err := c.in.exact()
	if err == nil && !c.believed() { // only now the client will read what we say
		err = mysql.NewError(ErrorProxyHeader, "08S01",
			"shunt: a PROXY protocol header from %s is not accepted; list the address under listen.proxy_protocol", c.host())
	}
	c.speaksFor = address
	return answer, err
}

// believed says whether the client is one of the load balancers that are listed.
func (c *Client) believed() bool {
	tcp, ok := c.conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return false
	}
	from, _ := netip.AddrFromSlice(tcp.IP)
	return slices.ContainsFunc(c.listener.ProxyProtocol, func(n netip.Prefix) bool { return n.Contains(from.Unmap()) })
}

func (c *Client) startTLS() error {
	secure := tls.Server(c.conn.NetConn(), c.listener.TLS)
	var err error
	c.task.Offload(func() { err = secure.Handshake() }) // the socket's deadlines are those of the login
	if err != nil {
		return err
	}
	c.task.Release(c.conn)
	c.conn = c.task.Attach(secure)
	c.in.conn, c.tls, c.certificate = c.conn, true, clientCertificate(secure)
	return nil
}

// clientCertificate is the certificate that the client has shown, if an authority of the listener's has signed it; nil for none.
func clientCertificate(secure *tls.Conn) *x509.Certificate {
	if chains := secure.ConnectionState().VerifiedChains; len(chains) > 0 {
		return chains[0][0]
	}
	return nil
}

// enter authenticates and starts the session; used by the login and by COM_CHANGE_USER.
func (c *Client) enter(cl *claim, collation uint16) error {
	account, cred, err := c.authenticate(cl)
	if err != nil {
		return err
	}
	limits := c.server.limits.Load().Of(cl.user)
	if !c.server.admit(account.Name, limits.Connections) {
		return mysql.TooManyUserConnections(cl.user)
	}
	earlier := c.limits
	c.limits = limits
	before := public{user: c.user, account: c.account, cred: c.cred}
	c.user, c.account, c.cred = cl.user, account.Name, cred
	rules := c.server.Scene().Rules
	login := session.Login{
		User: cl.user, Consistency: rules.OfUser(cl.user, c.server.config.Consistency), Scarcity: rules.ScarcityOf(cl.user), Trackers: session.Trackers{Off: !c.caps.Has(mysql.CapSessionTrack)},
		DefaultCollation: c.server.defaultCollation, Pool: c.server.config.poolOf(cl.user),
		Parse: func(text string) *statement.Statement { st, _ := c.server.Parser.Parse([]byte(text), 0); return st },
	}
	if account.Expired {
		login.Consistency = session.Primary // a new password can be set there only
	}
	login.Charset, login.Collation, _ = c.server.Servers.Collation(collation)
	if servers, _ := c.server.Servers.Greeting(); servers.Flavor == topology.MySQL { // MariaDB goes back to the login's
		login.ResetCharset, login.Reset, _ = c.server.Servers.Collation(uint16(servers.Collation))
	}
	if c.session == nil {
		c.session = session.New(login)
	} else {
		c.session.Start(login)
	}
	c.request = membership{}
	c.publish()
	if err = c.takeAttributes(cl.attributes); err == nil && cl.database != "" {
		err = c.checkDatabase(cl.database)
	}
	if err != nil {
		c.server.dismiss(c.account)
		c.user, c.account, c.cred, c.limits = before.user, before.account, before.cred, earlier
	}
	c.publish()
	return err
}

// loginFailed tells the client, if there is something to tell, and counts.
func (c *Client) loginFailed(seq byte, err error) error {
	var refusal *mysql.Error
	switch {
	case errors.As(err, &refusal):
		c.server.metrics.login("refused")
		c.refuse(seq, refusal)
	case errors.Is(err, netloop.ErrTimeout):
		c.server.metrics.login("timeout")
	default:
		c.server.metrics.login("broken")
	}
	return err
}

func newSalt() (salt [mysql.SaltLen]byte) {
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	for i := range salt {
		salt[i] = salt[i]&0x7f | 1 // no zero byte, which would end the salt, and plain ASCII as servers send it
	}
	return salt
}

func (c *Client) flavor() mysql.Flavor {
	if c.serverFlavor == topology.MySQL {
		return mysql.MySQL
	}
	return mysql.MariaDB
}
