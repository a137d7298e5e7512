"""What the law allows: distances, density, power, the EPCI case; who is in the way, what would be lawful.

`all_checks.checks` runs every rule on the members; `check.Check` is the answer of one of them, and
`check.status_of` says whether the operation is lawful, from all of them.
"""
