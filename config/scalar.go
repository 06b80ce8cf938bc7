package config

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Size is a number of bytes.
type Size int

// sizeUnits are what may stand behind the number of a size, the largest first.
var sizeUnits = []struct {
	name  string
	bytes int
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"B", 1}}

// String writes the size with the largest unit that leaves it whole.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if strings.Contains(u.name, "i") && int(s) >= u.bytes && int(s)%u.bytes == 0 {
			return strconv.Itoa(int(s)/u.bytes) + u.name
		}
	}
	if s == 0 {
		return "0"
	}
	return strconv.Itoa(int(s)) + "B"
}

func parseSize(text string) (Size, error) {
	if text == "0" {
		return 0, nil
	}
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt32*1024/int64(u.bytes) {
			return 0, fmt.Errorf("%q is not a size", text)
		}
		return Size(n) * Size(u.bytes), nil
	}
	return 0, fmt.Errorf("%q is not a size", text)
}

// durationText writes a time span without the zeros that Go puts behind it.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	if d == 0 {
		return "0"
	}
	return text
}

// wholeNumber is how numbers are written: YAML knows more ways (0x10, 010, 1_000), which people read in different ones.
var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})$`)

// setScalar fills a value from a node of one word. If it is wrong it gives a text and a hint.
func setScalar(n *yaml.Node, into reflect.Value, opts reflect.StructTag) (text, hint string) {
	if into.Kind() == reflect.String && n.ShortTag() != "!!str" {
		return fmt.Sprintf("must be text, and YAML takes %s for something else", n.Value), "put it in quotes"
	}
	if _, number := into.Interface().(int); number && n.ShortTag() == "!!str" {
		return fmt.Sprintf("must be a whole number, not %q", n.Value), ""
	}
	before := reflect.New(into.Type()).Elem()
	before.Set(into)
	if wrong, hint := setText(into, n.Value); wrong != "" {
		return wrong, hint
	}
	if wrong, hint := outOfRange(into, opts); wrong != "" {
		into.Set(before)
		return wrong, hint
	}
	return "", ""
}

// setText fills a value from its text, whatever its range.
func setText(into reflect.Value, text string) (wrong, hint string) {
	switch v := into.Addr().Interface().(type) {
	case *string:
		*v = text
	case *bool:
		if text != "true" && text != "false" {
			return fmt.Sprintf("must be true or false, not %q", text), ""
		}
		*v = text == "true"
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil || !wholeNumber.MatchString(text) {
			return fmt.Sprintf("must be a whole number in decimal digits, not %q", text), ""
		}
		*v = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Sprintf("must be a time span, not %q", text), "write it with a unit: 300ms, 5s, 10m, 1h"
		}
		*v = d
	case *Size:
		s, err := parseSize(text)
		if err != nil {
			return fmt.Sprintf("must be a size, not %q", text), "write it with a unit: 512KiB, 16MiB, 1GiB"
		}
		*v = s
	}
	return "", ""
}

// outOfRange checks what the tags say of a value.
func outOfRange(v reflect.Value, opts reflect.StructTag) (wrong, hint string) {
	if words := opts.Get("oneof"); words != "" && !slices.Contains(strings.Fields(words), v.String()) {
		return fmt.Sprintf("%q is none of %s", v.String(), strings.Join(strings.Fields(words), ", ")), oneOfHint(v.String(), words)
	}
	if !v.CanInt() {
		return "", ""
	}
	least := reflect.New(v.Type()).Elem()
	if text := opts.Get("min"); text != "" {
		setText(least, text) // a test parses all of them
	}
	if v.Int() < least.Int() {
		return fmt.Sprintf("must be at least %s, not %s", valueText(least), valueText(v)), ""
	}
	return "", ""
}

func oneOfHint(word, words string) string {
	if hint := didYouMean(word, strings.Fields(words)); strings.HasPrefix(hint, "did") {
		return hint
	}
	return ""
}

// kindName is what a value must be, for people.
func kindName(t reflect.Type, opts reflect.StructTag) string {
	switch {
	case opts.Get("oneof") != "":
		return "one of " + strings.Join(strings.Fields(opts.Get("oneof")), ", ")
	case t == reflect.TypeFor[time.Duration]():
		return "a time span"
	case t == reflect.TypeFor[Size]():
		return "a size"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "text"
}
