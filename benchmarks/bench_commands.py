"""Wall time of the commands that people wait for, in fresh processes, beside their limit.

Each figure is the best and the median of several runs; the limit is printed beside, never asserted:
machines differ. `--help` is held to `import click` measured in the same rounds.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import as_installed

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def seconds(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT, env=as_installed()
    )
    return time.perf_counter() - start


def cpu_seconds(*arguments: str) -> float:
    """Return the processor time of a process, user and system: another program beside it moves it little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(title: str, times: list[float], limit: str) -> None:
    print(f"{title:34} best {min(times):5.2f} s  median {statistics.median(times):5.2f} s  {limit}")


def test_help_beside_import_click() -> None:
    pairs = [(seconds("-m", "cli", "--help"), seconds("-c", "import click")) for _ in range(ROUNDS)]
    ratio = min(a for a, _b in pairs) / min(b for _a, b in pairs)
    report("acc --help", [a for a, _b in pairs], f"x{ratio:.2f} of `import click` (limit 1.5)")


def test_run_and_brief_of_the_demo(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    seconds("-m", "cli", "new", folder, "--example", "bergerac")
    cold = [seconds("-m", "cli", "run", folder, "--no-cache", "--quiet") for _ in range(ROUNDS)]
    report("acc run, nothing kept", cold, "(limit 4 s)")
    warm = [seconds("-m", "cli", "run", folder, "--quiet") for _ in range(ROUNDS)]
    report("acc run, curves kept", warm, f"x{min(cold) / min(warm):.1f} faster than cold")
    brief = [seconds("-m", "cli", "brief", folder, "--quiet") for _ in range(ROUNDS)]
    report("acc brief, after the run", brief, "(limit 3 s)")


ASKED_OF_FORTY = {
    "acc run --set prix": (("run", "--set", "prix={n}"), 1.0),
    "acc members": (("members",), 3.0),
    "acc worth --set prix": (("worth", "--set", "prix={n}"), 3.0),
    "acc front": (("front",), 3.0),
}
"""What is asked of a folder whose curves are kept, and within how many seconds of CPU."""

SAID_AGAIN_S = 1.0

STAGES = {
    "modules": ("<frozen importlib",),
    "reading": ("open_operation",),
    "draws": ("drawn", "drawn_choices", "robust_points"),
    "who brings what": ("shapley", "stability"),
    "writing": ("write_files", "finish", "members_png"),
}
"""Where time goes, by the functions under which it is spent; the rest is computing."""

SAMPLED = """
import collections, json, signal, sys
stages, words = json.loads(sys.argv[1]), sys.argv[2:]
counts = collections.Counter()
def sample(_signal, frame):
    names = []
    while frame is not None:
        names.append(frame.f_code.co_name)
        names.append(frame.f_code.co_filename)
        frame = frame.f_back
    of = (stage for stage, marks in stages.items() if any(n.startswith(m) for n in names for m in marks))
    counts[next(of, "the rest")] += 1
signal.signal(signal.SIGPROF, sample)
signal.setitimer(signal.ITIMER_PROF, 0.005, 0.005)
sys.argv = ["acc", *words]
try:
    from cli import main
    main()
except SystemExit:
    pass
signal.setitimer(signal.ITIMER_PROF, 0.0)
every = max(1, sum(counts.values()))
print(", ".join(f"{stage} {count / every:.0%}" for stage, count in counts.most_common()), file=sys.stderr)
"""
"""A command in a process that notes each 5 ms of CPU under which function it is."""


def test_what_is_asked_of_a_kept_folder_of_forty_members(tmp_path: Path) -> None:
    if not OP40.exists():
        pytest.skip("the operation of forty members is beside the project, and is not there")
    folder = str(copytree(OP40, tmp_path / "op40"))
    seconds("-m", "cli", "run", folder, "--quiet")
    seconds("-m", "cli", "worth", folder, "--quiet")  # its draws are kept; another price is asked below
    number = count(81)
    for name, (words, limit) in ASKED_OF_FORTY.items():

        def asked(words: tuple[str, ...] = words) -> list[str]:
            command, *rest = (word.format(n=next(number)) for word in words)
            return [command, folder, *rest]

        again = ["--keys", "equal"] if words == ("members",) else []
        taken = [cpu_seconds("-m", "cli", *asked(), *again[: 2 * n], "--quiet") for n in range(ROUNDS_OF_40)]
        report(f"{name}, kept (CPU)", taken, f"x{min(taken) / limit:.2f} of its limit, {limit:g} s")
        ran = subprocess.run(
            [sys.executable, "-c", SAMPLED, json.dumps(STAGES), *asked(), "--quiet", *again],
            check=True, capture_output=True, text=True, cwd=ROOT, env=as_installed(),
        )
        print(f"  of which {ran.stderr.strip().splitlines()[-1]}")
