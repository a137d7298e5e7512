"""Opens what people give and writes what must be whole, for every package but `acc`.

`open_file`: no pipe, device or folder, no more than is expected, unpacked or not.
`atomic_write`: whole or not at all, and
closed to the other users of the machine. `letters`: texts without what only steers or hides them.
`user_key`: signs what this user made.
"""
