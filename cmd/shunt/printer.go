package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

// printer writes lines to a person, in colour on a terminal (https://no-color.org). It keeps the first error.
type printer struct {
	w      io.Writer
	colour bool
	err    error
}

func newPrinter(w io.Writer) *printer {
	p := &printer{w: w}
	if f, ok := w.(*os.File); ok && os.Getenv("NO_COLOR") == "" {
		info, err := f.Stat()
		p.colour = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) title(text string) { p.line("\n%s", p.paint("1", text)) }

func (p *printer) paint(code, text string) string {
	if !p.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p *printer) green(text string) string { return p.paint("32", text) }
func (p *printer) red(text string) string   { return p.paint("31", text) }
func (p *printer) blue(text string) string  { return p.paint("36", text) }

// program is how this program was called, for commands to copy.
func program() string { return os.Args[0] }

// freeAddresses gives each wish if nobody listens there, else the same host with a free port.
func freeAddresses(wishes ...string) []string {
	out := make([]string, len(wishes))
	for i, wish := range wishes {
		l, err := net.Listen("tcp", wish)
		if err != nil {
			host, _, _ := net.SplitHostPort(wish)
			if l, err = net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
				out[i] = wish // whoever listens there will say why it cannot be
				continue
			}
		}
		out[i] = l.Addr().String()
		defer l.Close() //nolint:errcheck // nothing was accepted
	}
	return out
}
