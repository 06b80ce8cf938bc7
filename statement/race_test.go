//go:build race

package statement

func init() { raced = true }
