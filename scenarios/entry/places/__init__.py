"""Where a site stands: communes, positions, density classes, distances."""
