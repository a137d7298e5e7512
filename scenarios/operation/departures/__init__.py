"""Departures of members, what would cancel the operation, advice."""
