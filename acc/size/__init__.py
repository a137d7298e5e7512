"""What a sizing found."""
