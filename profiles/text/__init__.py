"""Text that people and programs export: encodings, line ends, separators, quoted cells."""
