package catalog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/topology"
)

// mysql8 reads the account table of MySQL 8 and 9 (https://dev.mysql.com/doc/refman/8.4/en/grant-tables.html). It has no
// mark for roles: a role is an account that is locked, until somebody unlocks it.
var mysql8 = dialect{
	flavor: topology.MySQL,
	table:  "mysql.user",
	fields: "Host, User, plugin, authentication_string, account_locked, password_expired, " +
		"UNIX_TIMESTAMP(password_last_changed), password_lifetime, ssl_type, max_user_connections, User_attributes",
	account: mysqlAccount,
}

func mysqlAccount(row []mysql.FieldValue, s settings) (Account, error) {
	a := Account{
		Host: text(row[0]), User: text(row[1]), Cluster: s.cluster,
		Auth:            Auth{Plugin: text(row[2]), AuthString: text(row[3])},
		Locked:          text(row[4]) == "Y",
		PasswordExpired: text(row[5]) == "Y",
		RequireTLS:      TLSRequirement(text(row[8])),
	}
	number := func(v mysql.FieldValue) int64 { return int64(float(v)) }
	a.MaxUserConnections = int(number(row[9]))
	lifetime := s.lifetime
	if row[7].Type != mysql.FieldValueTypeNull {
		lifetime = time.Duration(number(row[7])) * day
	}
	if lifetime > 0 {
		a.expires = time.Unix(number(row[6]), 0).Add(lifetime)
	}
	if row[10].Type == mysql.FieldValueTypeNull {
		return a, nil
	}
	var attributes struct {
		Second string `json:"additional_password"`
	}
	if err := json.Unmarshal(row[10].AsString(), &attributes); err != nil {
		return a, fmt.Errorf("account '%s'@'%s': its User_attributes are not understood: %w", a.User, a.Host, err)
	}
	if attributes.Second != "" {
		a.Alternatives = []Auth{{a.Plugin, attributes.Second}}
	}
	return a, nil
}

// float reads a number in whichever of its forms it came.
func float(v mysql.FieldValue) float64 {
	switch v.Type {
	case mysql.FieldValueTypeUnsigned:
		return float64(v.AsUint64())
	case mysql.FieldValueTypeSigned:
		return float64(v.AsInt64())
	case mysql.FieldValueTypeFloat:
		return v.AsFloat64()
	case mysql.FieldValueTypeString:
		f, _ := strconv.ParseFloat(text(v), 64)
		return f
	}
	return 0
}
