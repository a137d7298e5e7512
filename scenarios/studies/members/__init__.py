"""Who could join, who leaves, what holds the group together.

`candidates.joinings`, `departures.leaving_of` and `core_search.Search` each answer one of these.
"""
