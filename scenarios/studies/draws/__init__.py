"""What is drawn and what a draw gives: loads, prices, euros, indicators."""
