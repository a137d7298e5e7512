"""The version of the program, read by the packaging and printed in every output."""

VERSION = "0.3.0"
