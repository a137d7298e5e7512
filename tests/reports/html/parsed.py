"""A page read back: its elements, its texts, its tables."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "col"}


@dataclass
class Table:
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[tuple[str, str | None]]] = field(default_factory=list)


class Page(HTMLParser):
    """Elements in their order, texts, tables."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Table] = []
        self.texts: dict[str, list[str]] = {}
        self.words: list[str] = []
        self.feed(data.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        assert len(attributes) == len(given), (name, given)
        self.elements.append((name, attributes))
        if name not in VOID:
            self.open.append(name)
            self.texts.setdefault(name, []).append("")
        if name == "table":
            self.tables.append(Table())
        if name == "tr":
            self.tables[-1].rows.append([])
        if name in {"td", "th"}:
            self.tables[-1].rows[-1].append(("", attributes.get("data-v")))

    def handle_startendtag(self, name: str, given: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(given)))

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, text: str) -> None:
        for name in set(self.open) & {"h1", "h2", "h3", "title", "style", "script", "caption"}:
            self.texts[name][-1] += text
        if {"td", "th"} & set(self.open):
            words, key = self.tables[-1].rows[-1][-1]
            self.tables[-1].rows[-1][-1] = (words + text, key)
        elif "caption" in self.open:
            self.tables[-1].caption += text
        if not {"style", "script"} & set(self.open):
            self.words.append(text)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == name]
