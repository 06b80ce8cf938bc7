package config

import (
	"reflect"
	"strings"
	"testing"
)

func TestAnOrderInTheStore(t *testing.T) {
	three := 3
	for text, order := range map[string]Order{
		"":                                 {},
		`{"v":1,"use":"drain"}`:            {Use: "drain"},
		`{"v":1,"cluster":"gra"}`:          {Cluster: "gra"},
		`{"v":1,"removed":true}`:           {Removed: true},
		`{"v":1,"use":"serve","weight":3}`: {Use: "serve", Weight: &three},
	} {
		if got, err := order.Entry(); err != nil || got != text {
			t.Errorf("%+v is %s (%v), want %s", order, got, err, text)
		}
		if got, err := ReadOrder(text); err != nil || !reflect.DeepEqual(got, order) {
			t.Errorf("%s is %+v (%v), want %+v", text, got, err, order)
		}
	}
	for text, says := range map[string]string{
		`{`: "not as it should be", `{"v":2,"use":"drain"}`: "version 2", `{"v":1,"usage":"drain"}`: "usage", `{"v":1,"use":"nap"}`: "nap", `{"v":1,"weight":-1}`: "weight",
	} {
		if _, err := ReadOrder(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
