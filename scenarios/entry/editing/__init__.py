"""An operation folder changed cell by cell: tables as they are written, faults by cell, versions kept."""
