"""What each command found, one value a command, which scenarios make and reports read.

Begin at `result.Result`, a run; `outcomes.outcomes` says who gains and who loses, and every medium reads it
there.
"""
