"""What the law allows: distances, density, power, the EPCI case; who is in the way, what would be lawful.

`all_checks.checks` runs every rule, one module each; `check.status_of` says how the operation stands as a
whole.
"""
