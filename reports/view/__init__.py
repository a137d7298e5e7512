"""What a document may show, and in which order."""
