package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// TestSessionsNeverSeeEachOther runs 200 clients, each with a state of its own (variables, user variables, default database, transactions,
// temporary tables, prepared statements), over a pool of ten connections to each server. Whatever a client has set it must find again, and
// nothing of anybody else.
func TestSessionsNeverSeeEachOther(t *testing.T) { sessionsNeverSeeEachOther(t, cluster.Shared(t)) }

func sessionsNeverSeeEachOther(t *testing.T, c *cluster.Cluster) {
	const clients, rounds = 200, 12
	p := startShunt(t, c, "limits: {per_server: 10, wait: 60s}\n")
	one, two := c.Database(t, "paris"), c.Database(t, "paris")
	for _, db := range []string{one, two} {
		seed := c.Open(t, c.Accounts.Shop, c.Datacenters[0].Primary.Address, db)
		for _, q := range []string{"CREATE TABLE whoami (name VARCHAR(64))", "INSERT INTO whoami VALUES ('" + db + "')", "CREATE TABLE notes (client INT, round INT)"} {
			if _, err := seed.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.CatchUp(t)
	pool := p.open("")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			v := visitor{id: i, home: []string{one, two}[i%2], other: []string{one, two}[(i+1)%2], dice: rand.New(rand.NewPCG(1, uint64(i)))}
			if err := v.live(ctx, pool, rounds); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	group.Wait()
	for _, row := range p.console("SHOW POOLS") {
		t.Logf("pool %v", row)
	}
}

// visitor is one client of the leak test.
type visitor struct {
	id          int
	home, other string
	dice        *rand.Rand
	conn        *sql.Conn
}

func (v *visitor) live(ctx context.Context, pool *sql.DB, rounds int) (err error) {
	if v.conn, err = pool.Conn(ctx); err != nil {
		return err
	}
	defer v.conn.Close()
	steps := []func(context.Context) error{v.variables, v.userVariables, v.database, v.transaction, v.temporary, v.prepared, v.plain}
	for range rounds {
		if err := steps[v.dice.IntN(len(steps))](ctx); err != nil {
			return err
		}
		if err := v.identity(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (v *visitor) exec(ctx context.Context, q string, args ...any) error {
	if _, err := v.conn.ExecContext(ctx, q, args...); err != nil {
		return fmt.Errorf("%s: %w", q, err)
	}
	return nil
}

// expect runs a query that gives one value.
func (v *visitor) expect(ctx context.Context, want, q string, args ...any) error {
	var got sql.NullString
	if err := v.conn.QueryRowContext(ctx, q, args...).Scan(&got); err != nil {
		return fmt.Errorf("%s: %w", q, err)
	}
	if got.String != want {
		return fmt.Errorf("%s gave %q, want %q", q, got.String, want)
	}
	return nil
}

// identity: what every client has all the time.
func (v *visitor) identity(ctx context.Context) error {
	if err := v.exec(ctx, "USE "+v.home); err != nil {
		return err
	}
	if err := v.exec(ctx, fmt.Sprintf("SET @me = %d", v.id)); err != nil {
		return err
	}
	if err := v.expect(ctx, v.home, "SELECT name FROM whoami"); err != nil {
		return err
	}
	return v.expect(ctx, fmt.Sprint(v.id), "SELECT @me FROM whoami")
}

func (v *visitor) variables(ctx context.Context) error {
	zone := fmt.Sprintf("+%02d:00", v.id%13)
	if err := v.exec(ctx, fmt.Sprintf("SET time_zone = '%s', group_concat_max_len = %d", zone, 1000+v.id)); err != nil {
		return err
	}
	if err := v.expect(ctx, zone, "SELECT @@time_zone"); err != nil {
		return err
	}
	if err := v.expect(ctx, fmt.Sprintf("1970-01-01 %02d:00:00", v.id%13), "SELECT CAST(FROM_UNIXTIME(0) AS CHAR)"); err != nil {
		return err
	}
	return v.expect(ctx, fmt.Sprint(1000+v.id), "SELECT @@group_concat_max_len")
}

func (v *visitor) userVariables(ctx context.Context) error {
	if err := v.exec(ctx, fmt.Sprintf("SET @mine = CONCAT('v', %d), @n = %d + 1", v.id, v.id)); err != nil {
		return err
	}
	if err := v.expect(ctx, fmt.Sprintf("v%d-%d", v.id, v.id+1), "SELECT CONCAT(@mine, '-', @n)"); err != nil {
		return err
	}
	return v.expect(ctx, "", fmt.Sprintf("SELECT @of_client_%d", (v.id+1)%200))
}

func (v *visitor) database(ctx context.Context) error {
	if err := v.exec(ctx, "USE "+v.other); err != nil {
		return err
	}
	if err := v.expect(ctx, v.other, "SELECT DATABASE()"); err != nil {
		return err
	}
	return v.expect(ctx, v.other, "SELECT name FROM whoami")
}

func (v *visitor) transaction(ctx context.Context) error {
	if err := v.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := v.exec(ctx, fmt.Sprintf("INSERT INTO %s.notes VALUES (%d, 1)", v.home, v.id)); err != nil {
		return err
	}
	if err := v.expect(ctx, "1", fmt.Sprintf("SELECT COUNT(*) FROM %s.notes WHERE client = %d", v.home, v.id)); err != nil {
		return err
	}
	if err := v.exec(ctx, "ROLLBACK"); err != nil {
		return err
	}
	return v.expect(ctx, "0", fmt.Sprintf("SELECT COUNT(*) FROM %s.notes WHERE client = %d", v.home, v.id))
}

func (v *visitor) temporary(ctx context.Context) error {
	if err := v.exec(ctx, "CREATE TEMPORARY TABLE "+v.home+".scratch (v INT)"); err != nil {
		return err
	}
	if err := v.exec(ctx, fmt.Sprintf("INSERT INTO %s.scratch VALUES (%d)", v.home, v.id)); err != nil {
		return err
	}
	if err := v.expect(ctx, fmt.Sprint(v.id), "SELECT SUM(v) FROM "+v.home+".scratch"); err != nil {
		return err
	}
	return v.exec(ctx, "DROP TEMPORARY TABLE "+v.home+".scratch")
}

func (v *visitor) prepared(ctx context.Context) error {
	st, err := v.conn.PrepareContext(ctx, "SELECT CONCAT(?, '/', DATABASE())")
	if err != nil {
		return err
	}
	defer st.Close()
	for range 2 {
		if err := v.exec(ctx, "USE "+v.other); err != nil {
			return err
		}
		var got string
		if err := st.QueryRowContext(ctx, v.id).Scan(&got); err != nil {
			return err
		}
		if want := fmt.Sprintf("%d/%s", v.id, v.other); got != want {
			return fmt.Errorf("a prepared statement gave %q, want %q", got, want)
		}
	}
	return nil
}

func (v *visitor) plain(ctx context.Context) error {
	return v.expect(ctx, "1", "SELECT COUNT(*) FROM "+v.home+".whoami")
}
