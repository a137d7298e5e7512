"""Who gains and who loses: accounts of members and plants, and the balance in which every euro closes."""
