"""Who gains and who loses: accounts of members and plants, and the balance in which every euro closes.

`assemble.money` gives all euros of a settled operation as `values.Money`; `person_values.PersonMoney` is a
person's part of it.
"""
