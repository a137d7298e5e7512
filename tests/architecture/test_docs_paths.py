"""Every path, module, name of the code and target of make that a page of the docs names exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
FOLDERS = ("acc", "profiles", "scenarios", "reports", "web", "commands", "tests", "benchmarks", "docs")
OF_CODE = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*-]*|[\w./-]+\.py|cli\.py")
MODULE = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:\.[A-Za-z_]\w*)+")
PLACEHOLDER = re.compile(r"<\w+>|\b(?:NAME|NOM|LANGUAGE)\b")
"""A part of a path that the reader puts a name in place of: some file has to be of that form."""

NOT_OF_CODE = frozenset({"DATE", "ACC_SHARED_DATA"})
"""Words of a command line, a variable of the environment."""

BUILT = frozenset({"acc.mo"})
"""Names of files that only look like modules."""


def words(page: Path) -> Iterator[str]:
    """Yield each word between backquotes, and the first of each line of a block, as the map of README."""
    text = page.read_text(encoding="utf-8")
    fence = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for block in fence.findall(text):
        yield from (word for line in block.splitlines() for word in re.findall(r"(?:^|-m )([\w./]+)", line))
    for quoted in re.findall(r"`([^`\n]+)`", fence.sub("", text)):
        yield from (word.strip(",;:()") for word in quoted.split())


def path_exists(page: Path, path: str) -> bool:
    """Return whether a path of the project, of the folder of the page, or of any folder is there."""
    if "/" not in path:
        return any(True for folder in (*FOLDERS, ".") for _file in (ROOT / folder).rglob(path))
    path = path.rstrip("/")
    rooms = (path, f"{path}.py") if page.name == "architecture.md" else (path,)
    return any(any(folder.glob(name)) for folder in (ROOT, page.parent) for name in rooms)


def module_exists(name: str) -> bool:
    """Return whether a dotted name is a folder, a module, or what a module defines."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if length == len(parts) and (place.is_dir() or file.is_file()):
            return True
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            return bool(re.search(rf"^(?:def |class )?{parts[length]}\b", text, re.MULTILINE))
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_and_modules_of_the_code_exist(page: Path) -> None:
    named = [PLACEHOLDER.sub("*", word) for word in words(page)]
    paths = [word for word in named if OF_CODE.fullmatch(word) and not path_exists(page, word)]
    modules = [w for w in named if MODULE.fullmatch(w) and w not in BUILT and not module_exists(w)]
    links = [
        link
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        if not link.startswith("http") and not (page.parent / link).exists()
    ]
    missing = [*paths, *modules, *links]
    assert not missing, f"not in the code: {missing}"


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_names_of_the_code_exist(name: str) -> None:
    """Constants and classes that recipes send to: `KEYS`, `KeyRule`."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    defined = set(re.findall(r"^(?:class )?([A-Z]\w+)\b", code, re.MULTILINE))
    form = re.compile(r"[A-Z][A-Z_]{3,}|[A-Z][a-z]+[A-Z]\w+")
    names = {word for word in words(ROOT / name) if form.fullmatch(word)}
    assert not names - defined - NOT_OF_CODE


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_targets_of_make_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"[`\n]make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8")))
    assert named
    assert named <= targets
