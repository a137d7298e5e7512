"""Numbers, money, labels, language: the only place where a value becomes text."""
