package main

import "context"

// openGate holds nothing: clients whose writes meet a read_only primary hear its error. It stands here until the proxy can
// hold writes.
type openGate struct{}

func (openGate) Hold(context.Context, string) (release func(), err error) { return func() {}, nil }
