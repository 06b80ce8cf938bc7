package shop

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// How many rows the sample has; ids count from 1 without gaps, so that a workload can choose them.
const (
	userCount     = 400
	sessionCount  = 200
	categoryCount = 24
	productCount  = 300
	orderCount    = 600
	dayCount      = 60
)

// table is the rows of one table, ready to be inserted.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

// insert writes all rows, many per statement.
func (t *table) insert(ctx context.Context, db *sql.DB) error {
	const perStatement = 500
	for rows := t.rows; len(rows) > 0; rows = rows[min(perStatement, len(rows)):] {
		part := rows[:min(perStatement, len(rows))]
		row := "(?" + strings.Repeat(",?", len(t.columns)-1) + ")"
		query := "INSERT INTO " + Database + "." + t.name + " (" + strings.Join(t.columns, ",") + ") VALUES " +
			row + strings.Repeat(","+row, len(part)-1)
		var values []any
		for _, r := range part {
			values = append(values, r...)
		}
		if _, err := db.ExecContext(ctx, query, values...); err != nil {
			return err
		}
	}
	return nil
}

var (
	firstNames = []string{"Anna", "Émile", "Jürgen", "Zoë", "Søren", "Łukasz", "Наталья", "山田", "Noor", "Chloé", "João", "Ἑλένη"}
	lastNames  = []string{"Martin", "Müller", "Novák", "O'Brien", "Иванов", "Núñez", "Kovács", "Smith", "Dupont", "Öztürk"}
	cities     = []string{"Paris", "Gravelines", "Roubaix", "Kraków", "Αθήνα", "Москва", "東京", "São Paulo"}
	shelves    = []string{"Books", "Garden", "Kitchen", "Music", "Games", "Bicycles", "Coffee ☕", "Lamps 💡"}
	adjectives = []string{"red", "quiet", "folding", "tiny", "heavy", "bright", "wooden", "clever", "café", "winter"}
	things     = []string{"chair", "lamp", "kettle", "bicycle", "notebook", "puzzle", "teapot", "speaker", "ladder", "clock"}
)

// opening is when the shop's history begins.
var opening = time.Date(2025, time.January, 1, 8, 0, 0, 0, time.UTC)

// sample makes the rows of all tables in an order that foreign keys allow.
func sample() []*table {
	dice := rand.New(rand.NewPCG(2025, 1))
	catalog := newCatalog(dice)
	all := []*table{settingRows(), userRows(dice), sessionRows(), categoryRows(), catalog.table()}
	all = append(all, orderRows(dice, catalog)...)
	all = append(all, statRows(dice)...)
	return append(all, searchRows(catalog)...)
}

func settingRows() *table {
	t := &table{name: "settings", columns: []string{"name", "value"}}
	for _, s := range [][2]string{
		{"site_name", "A shop ☕"}, {"currency", "EUR"}, {"vat", "20"}, {"theme", "plain"}, {"per_page", "10"},
		{"mail_from", "shop@shop.example"}, {"maintenance", "off"}, {"cache_time", "3600"},
	} {
		t.add(s[0], s[1])
	}
	return t
}

func userRows(dice *rand.Rand) *table {
	t := &table{name: "users", columns: []string{"email", "name", "city", "bonus", "created_at"}}
	for id := 1; id <= userCount; id++ {
		name := pick(dice, firstNames) + " " + pick(dice, lastNames)
		t.add(fmt.Sprintf("user%d@mail.example", id), name, pick(dice, cities), decimal(dice.IntN(5000)),
			opening.Add(time.Duration(id)*time.Hour))
	}
	return t
}

func sessionRows() *table {
	t := &table{name: "sessions", columns: []string{"id", "user_id", "data"}}
	for id := 1; id <= sessionCount; id++ {
		t.add(sessionID(id), id, []byte("a:0:{}"))
	}
	return t
}

// sessionID is the key of the sample's session number n.
func sessionID(n int) string { return fmt.Sprintf("%032x", n) }

func categoryRows() *table {
	t := &table{name: "categories", columns: []string{"parent_id", "name"}}
	for id := 1; id <= categoryCount; id++ {
		name, parent := shelves[(id-1)%len(shelves)], any(nil)
		if id > len(shelves) {
			parent = (id-1)%len(shelves) + 1
			name = fmt.Sprintf("%s, shelf %d", name, (id-1)/len(shelves))
		}
		t.add(parent, name)
	}
	return t
}

// catalog is the products; index 0 is product 1. Prices are in cents.
type catalog struct {
	names  []string
	prices []int
}

func newCatalog(dice *rand.Rand) *catalog {
	c := &catalog{}
	for range productCount {
		c.names = append(c.names, pick(dice, adjectives)+" "+pick(dice, things))
		c.prices = append(c.prices, 199+dice.IntN(20000))
	}
	return c
}

func (c *catalog) table() *table {
	t := &table{name: "products", columns: []string{"category_id", "name", "price", "stock", "description"}}
	for i, name := range c.names {
		description := any("A " + name + ", as good as new.")
		if i%7 == 0 {
			description = nil
		}
		t.add(i%categoryCount+1, name, decimal(c.prices[i]), 100000, description)
	}
	return t
}

// orderRows makes orders, their items and their payments; every order's total is the sum of its items.
func orderRows(dice *rand.Rand, c *catalog) []*table {
	orderTable := &table{name: "orders", columns: []string{"id", "user_id", "status", "total", "created_at"}}
	items := &table{name: "order_items", columns: []string{"order_id", "product_id", "quantity", "price"}}
	payments := &table{name: "payments", columns: []string{"order_id", "method", "amount", "paid_at"}}
	for id := 1; id <= orderCount; id++ {
		total, at := 0, opening.Add(time.Duration(id)*97*time.Minute)
		for _, product := range dice.Perm(productCount)[:1+dice.IntN(4)] {
			quantity := 1 + dice.IntN(3)
			total += quantity * c.prices[product]
			items.add(id, product+1, quantity, decimal(c.prices[product]))
		}
		status := pick(dice, []string{"new", "paid", "paid", "sent", "sent", "cancelled"})
		orderTable.add(id, 1+dice.IntN(userCount), status, decimal(total), at)
		if status == "paid" || status == "sent" {
			payments.add(id, pick(dice, []string{"card", "transfer"}), decimal(total), at.Add(90*time.Second+250*time.Millisecond))
		}
	}
	return []*table{orderTable, items, payments}
}

func statRows(dice *rand.Rand) []*table {
	hits := &table{name: "b_stat_hits", columns: []string{"url", "hit_at"}}
	perDay := &table{name: "b_stat_day", columns: []string{"day", "url", "hits"}}
	for day := range dayCount {
		date := opening.AddDate(0, 0, day)
		for category := 1; category <= categoryCount; category++ {
			perDay.add(date.Format(time.DateOnly), categoryURL(category), 10+dice.IntN(90))
		}
		for range 10 {
			hits.add(categoryURL(1+dice.IntN(categoryCount)), date.Add(time.Duration(dice.IntN(36000))*time.Second))
		}
	}
	return []*table{hits, perDay}
}

func categoryURL(id int) string { return fmt.Sprintf("/category/%d", id) }

func searchRows(c *catalog) []*table {
	content := &table{name: "b_search_content", columns: []string{"id", "title", "url", "body"}}
	words := &table{name: "b_search_word", columns: []string{"word", "content_id", "weight"}}
	for i, name := range c.names {
		content.add(i+1, name, fmt.Sprintf("/product/%d", i+1), strings.Repeat(name+" ", 5))
		for position, word := range strings.Fields(name) {
			words.add(word, i+1, 1/float64(1+position))
		}
	}
	return []*table{content, words}
}

func pick(dice *rand.Rand, from []string) string { return from[dice.IntN(len(from))] }

// decimal writes cents as a DECIMAL's text.
func decimal(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
