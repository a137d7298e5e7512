"""The exact front of fairness."""
