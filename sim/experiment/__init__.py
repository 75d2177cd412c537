"""One replication, many replications, and what comes out of them."""
