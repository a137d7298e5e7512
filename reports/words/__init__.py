"""The sentences of the documents, page by page."""
