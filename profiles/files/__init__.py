"""Opens what people give and writes what must be complete, for every package but `acc`.

`open_file`: no pipe, device or folder, no more than is expected, unpacked or not. `atomic_write`: complete or
not at all, closed to the other users of the machine, signed as what this user made, one process at a time.
`letters`: texts without what only steers or hides them.
"""
