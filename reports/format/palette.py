"""Colours by meaning, the same in every medium."""

from types import MappingProxyType
from typing import Literal, TypeAlias

SHARED, SHARED_DARK, SHARED_LIGHT = "#0A7E64", "#066350", "#E9F4F1"

OWN_USE, SHARED_PALE = "#9CD1C2", "#4FAE96"
"""What stays behind the meter, and every second part of what is shared."""


SUN, SUN_TEXT = "#F0A30A", "#8F5B00"


SUPPLIER, SUPPLIER_LIGHT, SUPPLIER_TEXT = "#9FB1C1", "#E4EAEF", "#4C5F70"


BETTER, WORSE = "#083E70", "#C2410C"
"""Apart in grey too: one is dark, the other half as dark."""


INK, MUTED, RULE, GRID = "#1B2A33", "#5B6B75", "#C9D1D8", "#E3E8EC"


COLOURS = MappingProxyType(
    {
        "shared": SHARED,
        "shared_dark": SHARED_DARK,
        "shared_light": SHARED_LIGHT,
        "sun": SUN,
        "sun_text": SUN_TEXT,
        "sun_light": "#FCE9C4",
        "supplier": SUPPLIER,
        "supplier_light": SUPPLIER_LIGHT,
        "better": BETTER,
        "worse": WORSE,
        "ink": INK,
        "muted": MUTED,
        "rule": RULE,
        "pale": "#F2F5F6",
    }
)


Tone: TypeAlias = Literal["shared_dark", "sun_text", "worse", "muted", "ink"]
"""Colours that a text may take: it gains or holds, is doubtful, loses or forbids, says less, plain."""

KEY_MARKS = (("o", SHARED_DARK), ("s", INK), ("D", INK), ("^", INK), ("v", INK), ("P", INK))
"""Marker and colour of each key compared; the first is that of the folder. Other colours have a meaning."""
