"""What moves energy in time: a shared battery, flexible loads.

`battery.with_battery` makes it one more participant and plant; `battery.shift_loads` moves loads
before the sharing.
"""
