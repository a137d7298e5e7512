"""Where a site stands: communes, positions, density classes, distances.

`geography.members_of` gives the rules the sites with their places, `geography.distances_km` their
distances.
"""
