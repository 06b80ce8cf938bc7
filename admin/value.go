package admin

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// seconds is a time span as rows give it: seconds, to the millisecond.
func seconds(d time.Duration) float64 { return thousandths(d.Seconds()) }

func thousandths(f float64) float64 { return math.Round(f*1000) / 1000 }

// millionths is for shares that may be small and matter all the same.
func millionths(f float64) float64 { return math.Round(f*1e6) / 1e6 }

func pointer[T any](v T) *T { return &v }

// Text is a value of a table as people read it: yes and no, lists with semicolons, and NULL where nothing is known.
func Text(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, "; ")
	}
	return ""
}
