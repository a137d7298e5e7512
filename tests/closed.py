"""Rights of written files, where the system has them."""

import os
from pathlib import Path

import pytest

on_posix = pytest.mark.skipif(os.name != "posix", reason="rights and SIGKILL are of POSIX")


def modes(*paths: Path) -> set[int]:
    """Return the rights of files, as in 0o600."""
    return {path.stat().st_mode & 0o777 for path in paths}
