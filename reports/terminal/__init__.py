"""What a command prints on the screen.

One module a command gives its nodes, `screen.show` sets them; `parameters` is what may be typed.
"""
