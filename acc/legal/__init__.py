"""What the contracts and the money of an operation ask for beyond its perimeter, each with its amount.

`checklist.legal_checks` runs all of it on a `case.LegalCase`; `procurement` has the thresholds of purchases.
"""
