"""What took time to make, kept for the next question: in memory, signed in the folder, or not at all.

`store.KeptStore.get` makes a thing once for equal parts.
"""
