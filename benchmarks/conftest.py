"""The table of the speeds that were asked for, once more, after all the others: see benchmarks/README.md."""

from _pytest.terminal import TerminalReporter

from benchmarks.measure import SAID


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print it."""
    if SAID:
        terminalreporter.section("speeds asked for")
        for line in SAID:
            terminalreporter.write_line(line)
