"""Who could join, who leaves, what holds the group together."""
