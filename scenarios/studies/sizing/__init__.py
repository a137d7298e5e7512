"""The search of powers and of a battery."""
