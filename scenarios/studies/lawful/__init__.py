"""Which lawful operations to form, with whom and which roofs: by persons and euros, with bounds."""
