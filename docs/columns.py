"""Writes the tables of `docs/colonnes.md` from the table of names: `python -m docs.columns` from the root."""

from pathlib import Path

from scenarios.folder.names import choices, columns

PAGE = Path(__file__).parent / "colonnes.md"


def table(file: str) -> str:
    """Return the table of a file, a line a column."""
    lines = ["| colonne | ce que c’est | unité | exemple |", "| --- | --- | --- | --- |"]
    for column in columns(file).values():
        listed = choices(file, column.id)
        words = ", ".join(f"{word.french} `{word.id}`" for word in listed.values()) if len(listed) < 9 else ""
        what = f"**{column.french}** : {column.what}" + (f" : {words}" if words else "")
        lines.append(f"| `{column.id}` | {what} | {column.unit or 'texte'} | `{column.example}` |")
    return "\n".join(lines)


def page(text: str) -> str:
    """Return the page with its tables made anew; what is written around them stays."""
    first, *parts = text.split("\n## ")
    made = []
    for part in parts:
        title, _line, rest = part.partition("\n")
        before, _bar, after = rest.partition("| colonne |")
        lines = after.split("\n")
        ending = next((n for n, line in enumerate(lines) if n and not line.startswith("|")), len(lines))
        tail = "\n".join(lines[ending:])
        made.append(f"{title}\n{before}{table(title)}\n{tail}".rstrip() + "\n")
    return "\n## ".join([first, *made])


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
