"""Reference load profiles for members without a curve."""
