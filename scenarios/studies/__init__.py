"""What is asked of an operation: one room a question."""
