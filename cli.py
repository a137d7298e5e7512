"""The command line: parse, call, print."""

import click


@click.group()
def main() -> None:
    """Simulate a collective self-consumption operation."""


if __name__ == "__main__":
    main()
