"""What a kWh costs: TURPE, taxes, the bill of a delivery point before and after, the price of the surplus.

`tariffs.Tariffs` holds every price, `bill.Bill` the lines of a bill; `surplus` prices own use and what is
left.
"""
