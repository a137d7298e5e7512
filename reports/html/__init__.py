"""The brief as one HTML page."""
