package shop

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page is one page request: the statements that a script would run, over one connection.
type page struct {
	ctx  context.Context
	conn *sql.Conn
	v    *visitor
}

// category is a list of products with its menu, from plain queries.
func (p *page) category() error {
	id := 1 + p.v.dice.IntN(categoryCount)
	return p.readAll(Read,
		"SELECT name, value FROM settings",
		"SELECT id, name FROM categories WHERE parent_id IS NULL ORDER BY name",
		fmt.Sprintf("SELECT id, name, price, with_vat(price) FROM products WHERE category_id = %d ORDER BY price LIMIT 10", id),
		fmt.Sprintf("SELECT COUNT(*), MIN(price), MAX(price) FROM products WHERE category_id = %d", id))
}

// product is one product's page, from prepared statements.
func (p *page) product() error {
	id := 1 + p.v.dice.IntN(productCount)
	var name string
	if err := p.one(PreparedRead, "SELECT name FROM product_list WHERE id = ?", &name, id); err != nil {
		return err
	}
	if err := p.rows(PreparedRead, "SELECT id, name, price FROM products WHERE category_id = (SELECT category_id FROM products"+
		" WHERE id = ?) AND id <> ? LIMIT 5", id, id); err != nil {
		return err
	}
	return p.rows(PreparedRead, "SELECT DISTINCT o.product_id FROM order_items i JOIN order_items o USING (order_id)"+
		" WHERE i.product_id = ? AND o.product_id <> ? LIMIT 5", id, id)
}

// search looks for two words.
func (p *page) search() error {
	return p.readAll(Read,
		"SELECT value FROM settings WHERE name = 'per_page'",
		fmt.Sprintf("SELECT c.title, c.url, SUM(w.weight) AS score FROM b_search_word w JOIN b_search_content c ON c.id = w.content_id"+
			" WHERE w.word IN ('%s', '%s') GROUP BY c.id, c.title, c.url ORDER BY score DESC LIMIT 10",
			pick(p.v.dice, adjectives), pick(p.v.dice, things)))
}

// account shows a user's orders in a read-only transaction.
func (p *page) account() error {
	user := 1 + p.v.dice.IntN(userCount)
	return p.transaction(&sql.TxOptions{ReadOnly: true}, func(tx *sql.Tx) error {
		var bonus string
		if err := p.timed(InTransaction, func() error {
			return tx.QueryRowContext(p.ctx, "SELECT bonus FROM users WHERE id = ?", user).Scan(&bonus)
		}); err != nil {
			return err
		}
		return p.timed(InTransaction, func() error {
			return drain(tx.QueryContext(p.ctx, fmt.Sprintf("SELECT id, status, total FROM orders WHERE user_id = %d"+
				" ORDER BY created_at DESC LIMIT 20", user)))
		})
	})
}

// basket keeps something in the visitor's session and must find it there at once.
func (p *page) basket() error {
	data := fmt.Sprintf("visit %d", p.v.visits)
	if err := p.exec(Write, "INSERT INTO sessions (id, data) VALUES (?, ?) ON DUPLICATE KEY UPDATE data = VALUES(data)",
		p.v.session, data); err != nil {
		return err
	}
	for _, kind := range []Kind{PreparedRead, Read} {
		query, args := "SELECT data FROM sessions WHERE id = ?", []any{p.v.session}
		if kind == Read {
			query, args = fmt.Sprintf("SELECT data FROM sessions WHERE id = '%s'", p.v.session), nil
		}
		var found string
		if err := p.check(p.one(kind, query, &found, args...), func() bool { return found == data }); err != nil {
			return err
		}
	}
	return nil
}

// order buys some products in a transaction and must see the order at once.
func (p *page) order() error {
	products := p.v.dice.Perm(productCount)[:1+p.v.dice.IntN(3)]
	slices.Sort(products) // rows are locked in one order, so that no two orders wait for each other in a ring
	var id int64
	if err := p.transaction(nil, func(tx *sql.Tx) (err error) {
		id, err = p.buy(tx, products)
		return err
	}); err != nil {
		return err
	}
	var total, sum string
	if err := p.check(p.one(Read, fmt.Sprintf("SELECT total FROM orders WHERE id = %d", id), &total),
		func() bool { return total != "" }); err != nil {
		return err
	}
	return p.check(p.one(PreparedRead, "SELECT SUM(quantity * price) FROM order_items WHERE order_id = ? HAVING COUNT(*) > 0", &sum, id),
		func() bool { return sum == total })
}

// buy writes an order of one each of the products, whose ids count from 0 here, and returns its id.
func (p *page) buy(tx *sql.Tx, products []int) (id int64, err error) {
	var ids []string
	for _, product := range products {
		ids = append(ids, strconv.Itoa(product+1))
	}
	chosen := " FROM products WHERE id IN (" + strings.Join(ids, ",") + ")"
	if err := p.timed(InTransaction, func() error {
		return drain(tx.QueryContext(p.ctx, "SELECT id"+chosen+" ORDER BY id FOR UPDATE"))
	}); err != nil {
		return 0, err
	}
	for i, s := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO orders (user_id, status, total, created_at) SELECT ?, 'paid', SUM(price), NOW()" + chosen,
			[]any{1 + p.v.dice.IntN(userCount)}},
		{"INSERT INTO order_items (order_id, product_id, quantity, price) SELECT LAST_INSERT_ID(), id, 1, price" + chosen, nil},
		{"UPDATE products SET stock = stock - 1 WHERE id IN (" + strings.Join(ids, ",") + ")", nil},
		{"INSERT INTO payments (order_id, method, amount, paid_at) SELECT id, 'card', total, NOW(3) FROM orders WHERE id = LAST_INSERT_ID()", nil},
	} {
		if err := p.timed(InTransaction, func() error {
			result, err := tx.ExecContext(p.ctx, s.query, s.args...)
			if err == nil && i == 0 {
				id, err = result.LastInsertId()
			}
			return err
		}); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// countHit is the end of every page: statistics, which nobody reads back. The daily sums are written now and then.
func (p *page) countHit() error {
	url := categoryURL(1 + p.v.dice.IntN(categoryCount))
	if err := p.exec(Counter, "INSERT INTO b_stat_hits (url, hit_at) VALUES (?, NOW())", url); err != nil {
		return err
	}
	if p.v.dice.IntN(5) != 0 {
		return nil
	}
	day := opening.AddDate(0, 0, dayCount-1).Format(time.DateOnly)
	return p.exec(Counter, fmt.Sprintf("UPDATE b_stat_day SET hits = hits + 5 WHERE day = '%s' AND url = '%s'", day, url))
}
