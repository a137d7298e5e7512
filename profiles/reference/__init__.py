"""Reference load profiles for members without a curve.

`load.reference_load` gives the kWh of a kind of member, `bill_fit.fit_to_bill` bends them to the postes of
a bill.
"""
