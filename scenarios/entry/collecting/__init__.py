"""The forms that members fill in: written one a member, read back, shown, taken into the tables."""
