"""An operation folder changed cell by cell: tables as they are written, faults by cell, versions kept.

`tables` shows what is written, `write` changes it, `tables.look` tells what is wrong; `arrivals` takes
files that are dropped.
"""
