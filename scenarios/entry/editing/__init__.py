"""An operation folder changed cell by cell: tables as they are written, faults by cell, versions kept.

`tables.sheets_of` reads what is written, `tables.look` finds what is wrong, `write` changes it; `versions`
keeps what was written before, `arrivals` takes files that are dropped.
"""
