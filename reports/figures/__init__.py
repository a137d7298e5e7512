"""The figures, drawn by matplotlib.

`from_view` draws each from what may be shown, one module a figure; `drawn.picture` gives it as a file.
"""
