"""The brief as one HTML page: its sections as a tree, and what a person does in it."""
