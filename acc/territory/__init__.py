"""What a plan of a territory is."""
