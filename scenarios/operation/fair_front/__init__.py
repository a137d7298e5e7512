"""The exact front of fairness: the most euros of everybody at each floor under the worst served."""
