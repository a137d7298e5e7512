"""Measures, run as commands are: `scenarios` asks for sums on one thread before numpy is imported."""

import scenarios as scenarios
