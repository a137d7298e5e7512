"""What a kWh costs: TURPE, taxes, the bill of a delivery point before and after, the price of the surplus."""
