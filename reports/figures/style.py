"""How everything that is drawn or set looks: colours by meaning, sizes in mm, one family of letters."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import StringIO
from tempfile import TemporaryDirectory

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, NullLocator
from matplotlib.transforms import Affine2D, Transform

from profiles.files.atomic_write import no_room, scratch_folder
from reports.figures.letters import FALLBACK, FALLBACK_FILES, FAMILY, FONT_FILES, printable
from reports.format.palette import INK, MUTED, RULE

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72.0
SLIDE_DPI = 200
"""Of a figure shown on a slide."""
SMALL, BODY, STRONG = 7.2, 7.8, 8.5
SEMIBOLD = 600

RC = {
    "font.family": [FAMILY, FALLBACK],
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "xtick.major.pad": 3,
    "ytick.major.pad": 3,
    "svg.fonttype": "none",
    "svg.hashsalt": "acc",
    "path.simplify_threshold": 0.2,
}


@lru_cache(maxsize=1)
def prepare() -> None:
    """Register the font and the settings of every figure, once a process."""
    for path in (*FONT_FILES, *FALLBACK_FILES):
        font_manager.fontManager.addfont(path)
    fonts = font_manager.fontManager.ttflist
    # The other font has no semibold: its bold stands for it, and nothing is said each time.
    fonts += [replace(f, weight=SEMIBOLD) for f in fonts if f.fname == str(FALLBACK_FILES[1])][:1]
    mpl.rcParams.update(RC)


@lru_cache(maxsize=1)
def font_folder() -> "TemporaryDirectory[str]":
    """Return a folder with our faces, and those for the letters they lack, alone.

    The package also holds each as OTF; which one a scan of its folder meets first depends on the disk.

    Raises:
        InputError: no room for temporary files.
    """
    folder = scratch_folder()
    try:
        for path in (*FONT_FILES, *FALLBACK_FILES):
            shutil.copy(path, folder.name)
    except OSError as fault:
        folder.cleanup()
        raise no_room(fault) from None
    return folder


def blank(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of its printed size."""
    prepare()
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))


def size_mm(figure: Figure) -> tuple[float, float]:
    """Return the width and the height of a figure."""
    width, height = figure.get_size_inches()
    return float(width) * MM_PER_INCH, float(height) * MM_PER_INCH


def in_mm(figure: Figure) -> Transform:
    """Transform from mm from the top left corner of a figure, without axes: they are slow."""
    width, height = size_mm(figure)
    return Affine2D().scale(1.0 / width, -1.0 / height).translate(0.0, 1.0) + figure.transFigure


def box(figure: Figure, left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Axes:
    """Return axes placed in mm from the top left corner; fixed boxes keep figures aligned with the page."""
    width, height = size_mm(figure)
    bottom_mm = height - top_mm - height_mm
    return figure.add_axes((left_mm / width, bottom_mm / height, width_mm / width, height_mm / height))


def canvas(figure: Figure) -> Axes:
    """Return axes over the whole figure whose data units are mm, y downwards; ticks are not even made."""
    width, height = size_mm(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    axes.axis("off")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(NullLocator())
    return axes


def svg(figure: Figure) -> str:
    """Return the figure as SVG text, letters kept as letters, the same bytes each time."""
    out = StringIO()
    drawable(figure).savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return out.getvalue()


def drawable(figure: Figure) -> Figure:
    """Take out of every text what cannot be drawn; names of ticks are kept apart, and set when drawn."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            named = axis.get_major_formatter()
            if isinstance(named, FixedFormatter):
                axis.set_major_formatter(FixedFormatter([printable(str(word)) for word in named.seq]))
    for text in _texts(figure):
        if (shown := printable(text.get_text())) != text.get_text():
            text.set_text(shown)
    return figure


def _texts(figure: Figure) -> Iterator[Text]:
    """Yield every text of a figure but the names of ticks: asking for those would make each of them now."""
    yield from figure.texts
    for axes in figure.axes:
        yield from axes.texts
        yield from (axes.title, axes.xaxis.label, axes.yaxis.label)
