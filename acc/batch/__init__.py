"""The same results as `acc.settle`, sums only, for many keys and draws at once."""
