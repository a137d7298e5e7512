"""What is said of an operation: sentences, and the tiles, tables and callouts that they are put in.

One module a subject, each from a `View`: `answer` says the gain and who loses, `unlawful` what forbids,
`limits` what to read with care.
"""
