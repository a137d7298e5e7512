"""What sharing is compared with: the choices, how often each is the best, what tips the answer.

Begin at `result.Way`, one thing that a group can do.
"""
