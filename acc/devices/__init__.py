"""What moves energy in time: a shared battery, flexible loads."""
