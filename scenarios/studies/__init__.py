"""What is asked of an operation beside its run: one folder a study; see `scenarios/study.py`."""
