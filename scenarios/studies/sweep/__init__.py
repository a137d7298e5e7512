"""Many draws under many keys, resumable.

`prepare` says what is to be drawn, `parts` keeps what is drawn, `statistics` sums up.
"""
