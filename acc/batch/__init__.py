"""The same results as `acc.settle`, sums only, for many keys and draws at once.

`key_forms.split_of` turns a key into arrays, `sums.split_sums` sums it up. A property test compares them
with `acc.settle`.
"""
