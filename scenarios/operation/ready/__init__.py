"""An operation made ready: its meters, places and prices, whatever the key.

`operation.open_operation` opens a folder as an `operation.Operation`, which every study asks.
"""
