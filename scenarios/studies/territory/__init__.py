"""Which lawful operations a territory should found: a plan by ruin and recreate, and what none can pass."""
