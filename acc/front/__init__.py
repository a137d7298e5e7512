"""What a front of fairness is."""
