"""Many draws under many keys, resumable."""
