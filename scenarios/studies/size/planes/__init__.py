"""The sums that powers and a battery are sought by: cutting planes."""
