"""Files appear whole or not at all: written under a temporary name, then renamed."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write each of `files` (name to bytes) into `folder`; on any fault nothing new is left there."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting = {folder / f".{name}.part": folder / name for name in files}
    try:
        for part, final in waiting.items():
            part.write_bytes(files[final.name])
        for part, final in waiting.items():
            os.replace(part, final)  # noqa: PTH105 - the atomic one, on every system
    finally:
        for part in waiting:
            part.unlink(missing_ok=True)
    return list(waiting.values())
