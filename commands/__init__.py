"""`command`, which makes a command of a function, and the commands of the studies, one a file."""
