"""One of each node with odd texts: what every writer has to set without a fault."""

from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Document,
    Field,
    Fields,
    Figure,
    Frame,
    Group,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    Section,
    Status,
    Terms,
    TextCell,
    TextColumn,
    TextTable,
    Tiles,
    ValueBox,
    titled,
)

ODD = ("<b>&amp;</b>", "[x] #let $y$ *z*", "é" * 60, "a\u202eb", "", "two\nlines", '"quoted" \\ {curly}')


def one_of_each(text: str) -> tuple[Node, ...]:
    """Return one of each node, every text of it being `text`; titles and figures always have words."""
    title = text or "untitled"
    columns = (TextColumn(text, "rest", "left"), TextColumn(text, 40), TextColumn(text, keep=1))
    cells = (
        TextCell(text, "name", note=text),
        TextCell(text, "bar", 0.5, points=(0.5,)),
        TextCell(text, "money", -1.0, tone="worse"),
    )
    return (
        Heading(title),
        Paragraph(text, "lead", "sun_text"),
        Bullets((text, text)),
        Bullets((text,), is_ordered=True),
        Terms(((text, text),)),
        Terms(((text, text),), is_time=True),
        Fields((Field(text, text), Field(text, text, is_blank=True))),
        Boxes((text, text)),
        PlaceToSign(text, (text, text)),
        Callout(text, text, look="margin"),
        Callout(text, text, look="band", lines=(text,), strong=text, tone="worse"),
        Callout(text, text, look="card", strong=text, mark="#2a6f97"),
        Tiles((ValueBox(text, text, text, text, 1.0), ValueBox(text, "", text))),
        TextTable("odd", columns, (cells, cells), total=cells, title=text, note=text),
        Figure("drawn", title, text),
        Group((Paragraph(text), Paragraph(text)), across=2),
        titled(title, Paragraph(text)),
    )


def odd_document() -> Document:
    """Return a document that holds one of each node, for each odd text."""
    return Document(
        look="brief",
        frame=Frame(kind=ODD[0], title=ODD[1], subtitle=ODD[2], label=ODD[3], footer=ODD[5], is_example=True),
        ran_on="2026-03-01",
        status=Status(Callout(ODD[0], ODD[1], look="band"), Callout(ODD[6], ODD[0], look="asked")),
        sections=(
            Section((Group((Paragraph(ODD[0], "lead"),), name="opening"),)),
            *(Section(one_of_each(text)) for text in ODD),
        ),
    )
