"""The operation itself: the law, the physics of the exchange, the money. Pure values and functions.

Only numpy and the standard library are imported here: no file, no clock, no print.
"""
