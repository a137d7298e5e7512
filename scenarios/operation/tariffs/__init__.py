"""Prices of members and plants, from the dated rows and the folder.

`price.tariffs_of` gathers them as `acc.bills.tariffs.Tariffs`; `price.money` applies them.
"""
