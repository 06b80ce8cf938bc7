package proxy

import (
	"errors"
	"fmt"

	"shunt/mysql"
	"shunt/router"
)

// spread has each cluster that has a part of a database carry a statement about it out, but for the last one, whose answer is the client's: that is
// for the caller. It ends with the first refusal, which names the cluster; what others have done by then stays. A database that is there already, or
// gone already, is as it should be.
func (c *Client) spread(j *job, plan *router.Plan) error {
	for _, cluster := range plan.Clusters[:len(plan.Clusters)-1] {
		_, _, err := c.ofCluster(j, cluster)
		var refusal *mysql.Error
		switch {
		case err == nil:
		case !errors.As(err, &refusal):
			return err
		case refusal.Number != errDatabaseExists && refusal.Number != errNoSuchDatabase:
			told := *refusal
			told.Message = fmt.Sprintf("shunt: cluster %s, which has modules of the database, refused: %s; the database's home was not asked, and nothing was changed there", cluster, refusal.Message)
			return &told
		}
	}
	return c.settleLinger(j.st) // a refusal may have left something to be asked about
}

// What servers say of a database that is there, or is not.
const (
	errDatabaseExists = 1007
	errNoSuchDatabase = 1008
)
