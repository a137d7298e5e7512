"""What the working page prints of a result: sentences, tiles, rows, places of marks from 0 to 1.

`seance.seance_of` gives the screen of a meeting.
"""
