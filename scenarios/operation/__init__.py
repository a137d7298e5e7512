"""An operation made ready: its kWh, its prices, the figures of the law, what is kept of them."""
