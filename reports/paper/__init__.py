"""The writer on paper: a document and its pictures as a tagged PDF or PNG pages."""
