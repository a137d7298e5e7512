"""Who adds what: entry and exit, the order of invitations, Shapley values, the core."""
