"""Notes with figures of their own, for who lends, who keeps the accounts, who connects."""
