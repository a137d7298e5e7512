"""Every file that every command writes, kept and compared: a change of layout must not change one byte.

    python benchmarks/snapshot.py make FOLDER [--root CHECKOUT]    # run everything with the code of CHECKOUT
    python benchmarks/snapshot.py compare BEFORE AFTER             # what differs, and by how much

Operations: the bundled example and, where the third-party data are beside the clone, a commune, the forty
members and three measured curves. Digests, versions and dates are masked; numbers are told apart by relative
size.
"""

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ACC_SHARED_DATA", HERE.parent / "shared" / "data"))
AUDIENCES = ("company", "commune", "syndicate", "lender", "treasurer", "engineer")
COMMANDS = {
    "check": ["check", "{op}"],
    "check-json": ["check", "{op}", "--json"],
    "run": ["run", "{op}"],
    "run-json": ["run", "{op}", "--json"],
    "run-static": ["run", "{op}", "--key", "static"],
    "compare": ["compare", "{op}", "--brief"],
    "compare-two": ["compare", "{op}", "--keys", "prorata,equal", "--brief"],
    "compare-variants": ["compare", "{op}", "--variants", "all", "--brief"],
    "size": ["size", "{op}"],
    "members": ["members", "{op}"],
    "members-json": ["members", "{op}", "--json"],
    "split": ["members", "{op}", "--split"],
    "coefficients": ["coefficients", "write", "{op}"],
    "brief-first": ["brief", "{op}"],
    "sweep": ["sweep", "{op}", "--draws", "20", "--workers", "2"],
    "brief": ["brief", "{op}", "--format", "pdf,png,html,xlsx", "--force"],
    **{f"brief-{name}": ["brief", "{op}", "--audience", name] for name in AUDIENCES},
    "sheets": ["sheets", "{op}", "--format", "pdf,png"],
    "figure": ["brief", "{op}", "--figure", "flow"],
    "worth": ["worth", "{op}", "--draws", "20", "--brief"],
    "front": ["front", "{op}", "--points", "3", "--draws", "5"],
    "papers": ["papers", "{op}"],
    "forms": ["forms", "{op}"],
    "export": ["export", "{op}", "{op}/book.xlsx"],
    "english": ["run", "{op}", "--lang", "en", "--force"],
    "brief-english": ["brief", "{op}", "--lang", "en", "--out", "{op}/out-en"],
    "rates": ["rates", "--on", "2026-09-01"],
    "rates-json": ["rates", "--on", "2026-09-01", "--json"],
}
MASKS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"(?<=[-/])[0-9a-f]{8}(?=[/\s\"'.\\|)-]|$)"), "<digest>"),
    (re.compile(r"\b[0-9a-f]{8}(?=…)"), "<digest>"),
    (re.compile(r"(empreinte|fingerprint)(\W+)[0-9a-f]{8,}", re.IGNORECASE), r"\1\2<digest>"),
    (re.compile(r"\d+(?:[.,]\d+)? (?:tirages?/s|draws?/s)"), "<rate>"),
)


def measured(folder: Path) -> None:
    """Write the operation of three measured curves under a typical year of PVGIS."""
    (folder / "curves").mkdir(parents=True)
    for name in ("loads/LP_Oe_Schule_k.csv", "loads/LP_Oe_Buero_m.csv", "loads/LP_G_MV.csv"):
        shutil.copy(DATA / name, folder / "curves")
    shutil.copy(DATA / "weather/tmy_45.000_8.000_2005_2023.csv", folder / "curves" / "tmy.csv")
    (folder / "operation.toml").write_text(
        '[operation]\nname = "Trois courbes mesurées"\nstart = 2025-01-01\nend = 2026-01-01\nstep_minutes = 15\n'  # noqa: E501 - a file
        'perimeter = "2km"\nrates_on = 2026-09-01\n[key]\nname = "prorata"\n[prices]\nlocal_eur_per_mwh = 105.0\n'  # noqa: E501
        'surplus = 40.0\n[finance]\nhorizon_years = 20\n[weather]\nsource = "tmy.csv"\n',
        encoding="utf-8",
    )
    (folder / "participants.csv").write_text(
        "id;name;kind;prm;latitude;longitude;insee;turpe;kva;supply_eur_per_mwh;curve;annual_kwh;publish\n"
        "ecole;École;commune;30000000000101;44.85;0.48;24037;BTSUP-CU4;60;121;LP_Oe_Schule_k.csv;90000;oui\n"
        "bureau;Bureaux;company;30000000000102;44.851;0.481;24037;BTSUP-CU4;120;118;LP_Oe_Buero_m.csv;400000;oui\n"
        "atelier;Atelier;company;30000000000103;44.852;0.482;24037;BTSUP-LU;200;112;LP_G_MV.csv;900000;oui\n",
        encoding="utf-8",
    )
    (folder / "plants.csv").write_text(
        "id;name;owner;prm;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth\n"
        "toit;Toit;ecole;30000000000111;44.85;0.48;24037;100;20;180\nhalle;Halle;atelier;30000000000112;44.852;0.482;24037;250;15;160\n",
        encoding="utf-8",
    )


def operations(root: Path, folder: Path) -> dict[str, Path]:
    """Make the operation folders, with no name of the machine in them."""
    found = {"demo": folder / "demo"}
    shutil.copytree(next(root.glob("scenarios/**/catalogue/bergerac")), found["demo"])
    if DATA.is_dir():
        found |= {name: folder / name for name in ("commune", "op40", "mesures")}
        for name in ("commune", "op40"):
            shutil.copytree(DATA / name, found[name])
        measured(found["mesures"])
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return found


def make(folder: Path, root: Path, only: Collection[str] = (), commands: Collection[str] = ()) -> None:
    """Run every command on every operation, two operations at once; keep what it wrote and printed."""
    folder.mkdir(parents=True)
    made = {name: path for name, path in operations(root, folder).items() if not only or name in only}
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda name: _commands(name, made[name].relative_to(folder), folder, root, commands), made
            )
        )
    for cache in [*folder.rglob(".cache"), *folder.rglob("draws")]:
        shutil.rmtree(cache, ignore_errors=True)


def _commands(name: str, operation: Path, folder: Path, root: Path, only: Collection[str]) -> None:
    environment = {
        **os.environ, "PYTHONPATH": str(root), "SOURCE_DATE_EPOCH": "1790000000", "COLUMNS": "120",
        "NO_COLOR": "1",
    }  # fmt: skip
    printed = folder / "printed" / name
    printed.mkdir(parents=True)
    for label, words in COMMANDS.items():
        if only and label not in only:
            continue
        command = [sys.executable, str(root / "cli.py"), *(word.format(op=operation) for word in words)]
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        text = f"exit {ran.returncode}\n{ran.stdout}\n--- stderr\n{ran.stderr}"
        (printed / f"{label}.txt").write_text(text, encoding="utf-8")
        print(f"{name} {label}: exit {ran.returncode}", flush=True)


def masked(text: str) -> str:
    """Return a text without what changes with the code: digests, rates of work."""
    for pattern, mark in MASKS:
        text = pattern.sub(mark, text)
    return text


def _by_name(folder: Path) -> dict[str, Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {masked(path.relative_to(folder).as_posix()): path for path in files}


def compare(before: Path, after: Path) -> int:
    """Print what differs; return how many files do."""
    old, new = _by_name(before), _by_name(after)
    differing = 0
    for name in sorted(old.keys() | new.keys()):
        if name not in new or name not in old:
            print(f"{'gone' if name in old else 'new '}  {name}")
            differing += 1
        elif told := _difference(old[name], new[name]):
            print(f"diff  {name}: {told}")
            differing += 1
    print(f"{len(old)} files before, {len(new)} after, {differing} differ")
    return differing


def _difference(old: Path, new: Path) -> str:
    first, second = old.read_bytes(), new.read_bytes()
    if first == second:
        return ""
    reader = READERS.get(old.suffix)
    if reader is None:
        return f"{len(first)} and {len(second)} bytes"
    return reader(old, new)


def _texts(old: Path, new: Path) -> str:
    first, second = (masked(path.read_text(encoding="utf-8")) for path in (old, new))
    if first == second:
        return ""
    lines = [(a, b) for a, b in zip(first.splitlines(), second.splitlines(), strict=False) if a != b]
    if not lines:
        return f"{len(first.splitlines())} and {len(second.splitlines())} lines"
    worst = max((_apart(a, b) for a, b in lines), default=0.0)
    what = (
        f"numbers by {worst:.0e} at most"
        if math.isfinite(worst)
        else f"{lines[0][0]!r} -> {lines[0][1]!r}"[:300]
    )
    return "" if worst <= 1e-12 else f"{len(lines)} lines, {what}"


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def _apart(first: str, second: str) -> float:
    """Return the largest relative distance of the numbers of two lines; inf where the words differ."""
    if NUMBER.sub("#", first) != NUMBER.sub("#", second):
        return math.inf
    pairs = zip(map(float, NUMBER.findall(first)), map(float, NUMBER.findall(second)), strict=True)
    return max((abs(a - b) / max(abs(a), abs(b), 1e-9) for a, b in pairs), default=0.0)


def _json(old: Path, new: Path) -> str:
    first, second = (json.loads(masked(path.read_text(encoding="utf-8"))) for path in (old, new))
    faults = list(_unequal(first, second, "$"))
    return f"{len(faults)} values, first {faults[0]}" if faults else ""


def _unequal(first: object, second: object, place: str) -> Iterator[str]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(second.keys() - first.keys())]:
            yield from _unequal(first.get(key, "absent"), second.get(key, "absent"), f"{place}.{key}")
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _unequal(one, other, f"{place}[{index}]")
    elif isinstance(first, float) and isinstance(second, float | int):
        if not math.isclose(first, second, rel_tol=1e-12, abs_tol=1e-12):
            yield f"{place}: {first} -> {second}"
    elif first != second:
        yield f"{place}: {first!r} -> {second!r}"[:300]


def _pdfs(old: Path, new: Path) -> str:
    from pypdf import PdfReader

    first, second = (
        [masked(page.extract_text()) for page in PdfReader(path).pages] for path in (old, new)
    )  # fmt: skip
    if first != second:
        for number, (one, other) in enumerate(zip(first, second, strict=False), start=1):
            for a, b in zip(one.splitlines(), other.splitlines(), strict=False):
                if a != b:
                    return f"page {number}: {a!r} -> {b!r}"[:400]
        return f"{len(first)} and {len(second)} pages"
    return ""


def _workbooks(old: Path, new: Path) -> str:
    from openpyxl import load_workbook

    first, second = (load_workbook(path) for path in (old, new))
    if first.sheetnames != second.sheetnames:
        return f"sheets {first.sheetnames} -> {second.sheetnames}"
    for sheet in first.sheetnames:
        for one, other in zip(first[sheet].iter_rows(), second[sheet].iter_rows(), strict=False):
            for a, b in zip(one, other, strict=False):
                if (
                    masked(str(a.value)) != masked(str(b.value))
                    and _apart(str(a.value), str(b.value)) > 1e-12
                ):
                    return f"{sheet}!{a.coordinate}: {a.value!r} -> {b.value!r}"[:300]
    return ""


def _packages(old: Path, new: Path) -> str:
    """Tell which part of two documents of an office suite differs first."""
    with ZipFile(old) as first, ZipFile(new) as second:
        if first.namelist() != second.namelist():
            return f"parts {first.namelist()} -> {second.namelist()}"[:300]
        for name in first.namelist():
            one, other = (masked(book.read(name).decode("utf-8", "replace")) for book in (first, second))
            if one != other:
                place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
                return f"{name}: {one[place - 40 : place + 60]!r} -> {other[place - 40 : place + 60]!r}"
    return ""


def _tables(old: Path, new: Path) -> str:
    import pyarrow.parquet as parquet

    first, second = (parquet.read_table(path).to_pandas() for path in (old, new))
    return "" if first.equals(second) else "other values"


def _pages(old: Path, new: Path) -> str:
    """Tell how many pixels of two pictures differ, by more than a tenth of a grey."""
    import matplotlib.image as image

    first, second = image.imread(old), image.imread(new)
    if first.shape != second.shape:
        return f"sizes {first.shape} and {second.shape}"
    apart = (abs(first - second) > 0.1).any(axis=-1)
    # The digest is printed at the foot of every page: some hundreds of pixels.
    return f"{int(apart.sum())} pixels" if apart.any() else ""


READERS: dict[str, Callable[[Path, Path], str]] = {
    ".json": _json, ".txt": _texts, ".csv": _texts, ".html": _texts, ".toml": _texts, ".svg": _texts,
    ".pdf": _pdfs, ".xlsx": _workbooks, ".docx": _packages, ".parquet": _tables, ".png": _pages,
}  # fmt: skip


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    making = actions.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--root", type=Path, default=HERE)
    making.add_argument("--only", nargs="*", default=(), help="operations: demo, commune, op40, mesures")
    making.add_argument("--commands", nargs="*", default=(), help=f"of {', '.join(COMMANDS)}")
    comparing = actions.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    asked = parser.parse_args()
    if asked.action == "make":
        make(asked.folder.resolve(), asked.root.resolve(), asked.only, asked.commands)
    else:
        sys.exit(compare(asked.before, asked.after) > 0)


if __name__ == "__main__":
    main()
