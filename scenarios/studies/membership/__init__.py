"""Who could join, who leaves, what holds the group together.

`candidates.joinings`, `departures.answers` and `core_search.Search` each answer one of these.
"""
