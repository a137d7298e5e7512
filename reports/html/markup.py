"""HTML as values: everything is escaped but what is markup already."""

from collections.abc import Iterable
from html import escape

from reports.format.plain import as_read, stripped

VOID = frozenset({"br", "col", "input", "link", "meta"})


class Html(str):
    """Markup, as against words that still have to be escaped."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Return an element; attributes lose a last `_`, other `_` become `-`; None and False leave them out.

    >>> tag("td", "a < b", class_="name", data_v="1")
    '<td class="name" data-v="1">a &lt; b</td>'
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(start if name in VOID else f"{start}{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Html:
    """Return words and markup one after the other; words name no setting, the page is for partners."""
    return Html("".join(child if isinstance(child, Html) else _escaped(child) for child in children))


def _escaped(words: str) -> str:
    return escape(stripped(as_read(words)), quote=False)


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(stripped(value))}"'
