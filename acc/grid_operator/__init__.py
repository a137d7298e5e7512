"""What is exchanged with the grid operator: coefficients sent, volumes returned."""
