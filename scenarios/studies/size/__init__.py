"""The search of powers and of a battery.

`settings.read_size` reads what is sought, `search_all` finds the powers that serve it best, with a bound.
"""
