"""An operation made ready: its meters, places and prices, whatever the key."""
