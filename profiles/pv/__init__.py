"""What a plant yields: pvlib, losses, what looks unlikely."""
