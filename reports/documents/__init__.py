"""PDF and PNG documents, typeset by typst."""
