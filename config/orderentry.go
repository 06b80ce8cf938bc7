package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// ServerPrefix is where the store has the orders about servers, one key for each address: {"v":1,"use":"drain","weight":3}, with "cluster" for
// one that was added and "removed" for one that is not to be in its cluster.
const ServerPrefix = "orders/server/"

// orderForm is the version of the entries' form.
const orderForm = 1

// orderEntry is an order in the store.
type orderEntry struct {
	Version int `json:"v"`
	Order
}

// Entry is the order as the store has it; empty if it wants nothing.
func (o Order) Entry() (string, error) {
	if o == (Order{}) {
		return "", nil
	}
	text, err := json.Marshal(orderEntry{orderForm, o})
	return string(text), err
}

// ReadOrder reads an entry of the store.
func ReadOrder(value string) (Order, error) {
	if value == "" {
		return Order{}, nil
	}
	var entry orderEntry
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entry); err != nil {
		return Order{}, fmt.Errorf("it is not as it should be: %w", err)
	}
	if entry.Version != orderForm {
		return Order{}, fmt.Errorf("its form has version %d, and this shunt knows %d", entry.Version, orderForm)
	}
	switch use := entry.Use; {
	case use != "" && useOf(use).String() != use:
		return Order{}, fmt.Errorf("a server cannot be used as %q", use)
	case entry.Weight != nil && (*entry.Weight < 0 || *entry.Weight > maxWeight):
		return Order{}, fmt.Errorf("a weight is a number from 0 to %d", maxWeight)
	}
	return entry.Order, nil
}

// OverlayOf is the overlay of these orders, by address. It keeps none of the map.
func OverlayOf(orders map[string]Order) Overlay { return Overlay{maps.Clone(orders)} }

// With is the overlay with one order in place of the one that was there; the zero Order is none.
func (o Overlay) With(address string, order Order) Overlay { return o.with(address, order) }

// Of is the order about a server.
func (o Overlay) Of(address string) Order { return o.orders[address] }
