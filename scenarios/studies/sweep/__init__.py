"""Many draws under many keys, resumable.

`prepare` says what is to be drawn, `worker` computes a part of it, `parts` keeps it, `statistics` sums up.
"""
