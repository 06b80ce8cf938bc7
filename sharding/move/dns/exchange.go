package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/miekg/dns"
)

// How messages go to the server of a zone and come back.

// errRace says that a name was not as it was read, and nothing was changed.
var errRace = errors.New("the name was changed meanwhile")

// refusal is a server that does not do what it is asked.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// fudge is how far the clocks may be apart, in seconds.
const fudge = 300

// link is a connection to the server.
type link struct {
	net.Conn
	client *dns.Client
}

func (u *Updater) dial(ctx context.Context) (link, error) {
	client := &dns.Client{Net: "tcp", Timeout: u.config.Timeout, TsigSecret: map[string]string{u.config.Key.Name: u.config.Key.Secret}}
	conn, err := client.DialContext(ctx, u.config.Server)
	if err != nil {
		return link{}, fmt.Errorf("the DNS server does not answer: %w", err)
	}
	return link{conn.Conn, client}, nil
}

// exchange sends a signed message, and gives the answer, whose signature was checked.
func (u *Updater) exchange(ctx context.Context, conn link, message *dns.Msg) (*dns.Msg, error) {
	message.SetTsig(u.config.Key.Name, dns.CanonicalName(u.config.Key.Algorithm), fudge, time.Now().Unix())
	// The library signs a second message on one of its connections as if it went on with the first.
	fresh := &dns.Conn{Conn: conn.Conn, TsigSecret: conn.client.TsigSecret}
	answer, _, err := conn.client.ExchangeWithConnContext(ctx, message, fresh)
	if answer != nil && answer.Rcode == dns.RcodeNotAuth {
		return nil, &refusal{"the DNS server " + u.config.Server + " refuses the key " + u.config.Key.Name + u.why(answer)}
	}
	if err != nil {
		return nil, fmt.Errorf("the DNS server %s: %w", u.config.Server, err)
	}
	if answer.IsTsig() == nil { // the library checks a signature only if there is one
		return nil, &refusal{fmt.Sprintf("the DNS server %s has not signed its answer (%s): it does not know the key %s, or is not the one that we think",
			u.config.Server, dns.RcodeToString[answer.Rcode], u.config.Key.Name)}
	}
	return answer, nil
}

// why tells what a server has against a key, if it says so; it says the same of a zone that is not its own.
func (u *Updater) why(answer *dns.Msg) string {
	signature := answer.IsTsig()
	if signature == nil || signature.Error == dns.RcodeSuccess {
		return ", or does not have the zone " + u.config.Zone
	}
	switch signature.Error {
	case dns.RcodeBadSig:
		return " (BADSIG: it has another secret)"
	case dns.RcodeBadKey:
		return " (BADKEY: it does not know that name with " + u.config.Key.Algorithm + ")"
	case dns.RcodeBadTime:
		return " (BADTIME: its clock is more than five minutes away from ours)"
	}
	return " (" + dns.RcodeToString[int(signature.Error)] + ")"
}

// read asks what a name has. A name that does not exist is nowhere.
func (u *Updater) read(ctx context.Context, conn link, name string) (set, error) {
	var found set
	for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} { // an alias is in both answers
		question := new(dns.Msg)
		question.SetQuestion(name, kind)
		question.RecursionDesired = false
		answer, err := u.exchange(ctx, conn, question)
		if err != nil {
			return set{}, err
		}
		if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
			return set{}, &refusal{fmt.Sprintf("the DNS server %s does not tell what %s is: %s", u.config.Server, name, dns.RcodeToString[answer.Rcode])}
		}
		if !answer.Authoritative {
			return set{}, &refusal{fmt.Sprintf("the DNS server %s is not one of zone %s", u.config.Server, u.config.Zone)}
		}
		for _, record := range answer.Answer {
			found.add(name, record)
		}
	}
	if found.place.Alias != "" {
		found.place.Addresses = nil
	}
	found.place = found.place.sorted()
	return found, nil
}

// send sends a change. errRace: what it demands does not hold, and nothing was changed.
func (u *Updater) send(ctx context.Context, conn link, message *dns.Msg) error {
	answer, err := u.exchange(ctx, conn, message)
	if err != nil {
		return err
	}
	switch answer.Rcode {
	case dns.RcodeSuccess:
		return nil
	case dns.RcodeNXRrset, dns.RcodeYXRrset, dns.RcodeNameError, dns.RcodeYXDomain:
		return errRace
	case dns.RcodeRefused:
		return &refusal{fmt.Sprintf("the DNS server %s does not let the key %s change the name (REFUSED)", u.config.Server, u.config.Key.Name)}
	}
	return &refusal{fmt.Sprintf("the DNS server %s refuses the change: %s", u.config.Server, dns.RcodeToString[answer.Rcode])}
}
