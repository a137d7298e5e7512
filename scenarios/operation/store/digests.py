"""Digests of files and of the program: what a thing that is kept rests on. Nothing heavy is imported here."""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from profiles.files.open_file import open_regular

ROOT = Path(__file__).resolve().parents[3]

PACKAGES = ("acc", "profiles", "scenarios")
"""What makes every figure: a change of its code, its data or its rates makes what is kept useless."""

SUFFIXES = (".py", ".csv")

MAX_BYTES = 512 * 1024 * 1024
"""Of a file of a folder, or kept: a weather file, the largest, has no more."""


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal.

    Raises:
        OSError: what no reader takes: no file, or one larger than any may be.
    """
    with open_regular(path, MAX_BYTES) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=2)
def code_sha256(
    root: Path = ROOT, packages: Sequence[str] = PACKAGES, suffixes: tuple[str, ...] = SUFFIXES
) -> str:
    """Return one hash of the code, the data and the regulated rates that figures are made with."""
    digest = hashlib.sha256()
    for name in code_files(root, packages, suffixes):
        with open(f"{root}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
            digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()


def code_files(
    root: Path = ROOT, packages: Sequence[str] = PACKAGES, suffixes: tuple[str, ...] = SUFFIXES
) -> list[str]:
    """Return the files of `code_sha256`, by path relative to `root`, sorted."""
    # Strings and os.walk, since every run asks for this: a third of the time of Path.rglob.
    start = len(str(root)) + 1
    return sorted(
        os.path.join(folder, file)[start:].replace(os.sep, "/")  # noqa: PTH118
        for package in packages
        for folder, _folders, files in os.walk(root / package)
        for file in files
        if file.endswith(suffixes)
    )
