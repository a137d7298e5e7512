"""What `acc papers` prints: how many papers of each kind there are, and who has signed."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from acc.parties import PaperSignature, agreed
from reports.format.numbers import fr, long_date
from reports.format.wording import sentence, word_tables
from reports.nodes.tree import Node, Paragraph, TextColumn, TextTable, first_column, table_by_column


def papers_nodes(lines: Sequence[PaperSignature], followed: Path) -> list[Node]:
    """Kinds of papers in the order in which they are signed, and where their signatures are filled in."""
    return [signatures_table(lines), Paragraph(sentence("signatures-to-fill", file=followed))]


def signatures_table(lines: Sequence[PaperSignature]) -> TextTable:
    """Count of papers by kind, to sign, sent and signed, with the next day by which one is to be signed."""
    kinds, words = agreed(lines), word_tables()["papers"]
    counts = {
        _("Papers"): [item.count for item in kinds.values()],
        _("Sent"): [item.sent for item in kinds.values()],
        _("Signed"): [item.signed for item in kinds.values()],
    }
    days = [long_date(item.due) if item.due else "" for item in kinds.values()]
    return table_by_column(
        "signatures",
        (first_column(_("Paper")), [*(_(words[name]) for name in kinds), _("Together")]),
        *((head, [*map(fr, column), fr(sum(column))]) for head, column in counts.items()),
        (TextColumn(_("Sign by"), "auto", "left"), [*days, ""]),
        title=_("What is to be signed, in this order"),
        has_total=True,
    )
