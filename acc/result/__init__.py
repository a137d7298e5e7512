"""What a run found, and the sentence that a brief draws from it."""
