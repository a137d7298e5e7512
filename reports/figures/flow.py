"""Where the energy goes in a period: plants, shared, surplus, suppliers, participants."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from reports.figures.axes import lines_for, spread, strong, width_mm
from reports.figures.style import BODY, SMALL, blank, canvas
from reports.format.numbers import EnergyScale
from reports.format.palette import MUTED, SHARED, SHARED_DARK, SUN, SUN_TEXT, SUPPLIER, SUPPLIER_TEXT

WIDTH_MM = 178.0
LEFT_X, HUB_X, RIGHT_X, NODE_MM = 33.0, 74.0, 112.0, 2.4
TOP_MM, GAP_MM, LABEL_GAP_MM = 11.0, 2.2, 4.3
NEED_X = 157.0


@dataclass(frozen=True, slots=True)
class FlowSource:
    """One plant of the figure."""

    name: str
    power: str
    shared_kwh: float
    surplus_kwh: float


@dataclass(frozen=True, slots=True)
class Sink:
    """One participant of the figure, or several together."""

    name: str
    shared_kwh: float
    complement_kwh: float

    @property
    def need_kwh(self) -> float:
        """Everything it withdraws."""
        return self.shared_kwh + self.complement_kwh


@dataclass(frozen=True, slots=True)
class _Scale:
    """From kWh to mm, and where the column of participants starts."""

    mm_per_kwh: float
    height_mm: float


def flow_height_mm(sinks: int) -> float:
    """Return the height of the figure for a number of participants."""
    return min(96.0, max(62.0, 30.0 + 5.6 * sinks))


def flow(
    sources: Sequence[FlowSource],
    sinks: Sequence[Sink],
    written: EnergyScale,
    note: str = "",
    height_mm: float | None = None,
) -> Figure:
    """Return the flow figure, 178 mm wide, widths to scale.

    Args:
        written: how quantities are printed.
        note: what the figure leaves out, written under its key.
    """
    figure = blank(WIDTH_MM, height_mm or flow_height_mm(len(sinks)))
    axes = canvas(figure)
    height = axes.get_ylim()[0]
    scale = _Scale(_mm_per_kwh(sources, sinks, height - TOP_MM - 2.0), height)
    _heads(axes, written)
    hub = _hub(axes, sources, sinks, scale, written)
    _sources(axes, sources, hub, scale, written)
    _sinks(axes, sinks, hub, scale, written)
    _note(axes, height, note)
    return figure


def _mm_per_kwh(sources: Sequence[FlowSource], sinks: Sequence[Sink], room_mm: float) -> float:
    shared = sum(s.shared_kwh for s in sinks)
    surplus = sum(s.surplus_kwh for s in sources)
    need = sum(s.need_kwh for s in sinks)
    hub_room = room_mm - 13.0
    sinks_room = room_mm - GAP_MM * max(0, len(sinks) - 1)
    return min(hub_room / max(need + surplus, 1e-9), sinks_room / max(need, 1e-9), 30.0 / max(shared, 1e-9))


def _heads(axes: Axes, written: EnergyScale) -> None:
    style: dict[str, Any] = {"size": SMALL, "color": MUTED, "va": "center"}
    axes.text(0.0, 3.0, _("Injected"), **style)
    axes.text(RIGHT_X, 3.0, _("Consumed"), **style)
    axes.text(NEED_X, 3.0, _("need, {unit}").format(unit=written.name), ha="right", **style)
    axes.text(WIDTH_MM, 3.0, _("of which shared"), ha="right", **style)


@dataclass(frozen=True, slots=True)
class _Hub:
    """Tops of the three nodes in the middle."""

    shared: float
    surplus: float
    complement: float


def _hub(
    axes: Axes, sources: Sequence[FlowSource], sinks: Sequence[Sink], scale: _Scale, written: EnergyScale
) -> _Hub:
    k = scale.mm_per_kwh
    shared = sum(s.shared_kwh for s in sinks)
    surplus = sum(s.surplus_kwh for s in sources)
    complement = sum(s.complement_kwh for s in sinks)
    hub = _Hub(TOP_MM, TOP_MM + shared * k + 5.0, TOP_MM + (shared + surplus) * k + 13.0)
    _node(axes, HUB_X, hub.shared, shared * k, SHARED)
    text = _("Shared: {energy}").format(energy=written.text(shared))
    strong(axes, HUB_X + NODE_MM, hub.shared - 2.0, text, color=SHARED_DARK, ha="right", va="center")
    if surplus * k > 0.02:
        _node(axes, HUB_X, hub.surplus, surplus * k, SUN)
        text = _("Surplus sold: {energy}").format(energy=written.text(surplus))
        y = hub.surplus + surplus * k + 2.2
        strong(axes, HUB_X + NODE_MM, y, text, color=SUN_TEXT, ha="right", va="center")
    if complement * k > 0.02:
        _node(axes, HUB_X, hub.complement, complement * k, SUPPLIER)
        y = hub.complement + max(complement * k / 2.0, 3.0)
        axes.text(
            HUB_X - 1.6, y - 1.6, _("Suppliers’ complement"), color=SUPPLIER_TEXT, ha="right", va="center"
        )
        strong(
            axes, HUB_X - 1.6, y + 1.8, written.text(complement), color=SUPPLIER_TEXT, ha="right", va="center"
        )
    return hub


def _sources(
    axes: Axes, sources: Sequence[FlowSource], hub: _Hub, scale: _Scale, written: EnergyScale
) -> None:
    k = scale.mm_per_kwh
    tops, y = [], TOP_MM
    for source in sources:
        tops.append(y)
        y += (source.shared_kwh + source.surplus_kwh) * k + GAP_MM
    heights = [(s.shared_kwh + s.surplus_kwh) * k for s in sources]
    centres = spread(
        [t + h / 2.0 for t, h in zip(tops, heights, strict=True)], 8.4, TOP_MM + 1.5, scale.height_mm
    )
    into_shared, into_surplus = hub.shared, hub.surplus
    for source, top, height, centre in zip(sources, tops, heights, centres, strict=True):
        _node(axes, LEFT_X, top, height, SUN)
        middle = top + source.shared_kwh * k
        _band(axes, (LEFT_X, top), (HUB_X, into_shared), source.shared_kwh * k, SUN, 0.45)
        _band(axes, (LEFT_X, middle), (HUB_X, into_surplus), source.surplus_kwh * k, SUN, 0.26)
        into_shared += source.shared_kwh * k
        into_surplus += source.surplus_kwh * k
        _source_label(axes, source, centre, written)


def _source_label(axes: Axes, source: FlowSource, centre: float, written: EnergyScale) -> None:
    name = lines_for(source.name, BODY, LEFT_X - 2.0, 1)[0]
    axes.text(0.0, centre - 1.7, name, va="center")
    energy = written.text(source.shared_kwh + source.surplus_kwh)
    strong(axes, 0.0, centre + 1.7, f"{source.power} · {energy}", size=SMALL, color=SUN_TEXT, va="center")


def _sinks(axes: Axes, sinks: Sequence[Sink], hub: _Hub, scale: _Scale, written: EnergyScale) -> None:
    k = scale.mm_per_kwh
    free = scale.height_mm - TOP_MM - 2.0 - sum(s.need_kwh for s in sinks) * k
    gap = min(6.0, free / max(1, len(sinks) - 1)) if len(sinks) > 1 else 0.0
    tops, y = [], TOP_MM
    for sink in sinks:
        tops.append(y)
        y += sink.need_kwh * k + gap
    centres = [top + sink.need_kwh * k / 2.0 for top, sink in zip(tops, sinks, strict=True)]
    labels = spread(centres, LABEL_GAP_MM, TOP_MM + 1.0, scale.height_mm - 1.6)
    from_shared, from_supplier = hub.shared, hub.complement
    start = HUB_X + NODE_MM
    for sink, top, label in zip(sinks, tops, labels, strict=True):
        shared, complement = sink.shared_kwh * k, sink.complement_kwh * k
        _band(axes, (start - NODE_MM, from_supplier), (RIGHT_X, top + shared), complement, SUPPLIER, 0.34)
        _band(axes, (start - NODE_MM, from_shared), (RIGHT_X, top), shared, SHARED, 0.45)
        from_shared += shared
        from_supplier += complement
        _node(axes, RIGHT_X, top, shared, SHARED)
        _node(axes, RIGHT_X, top + shared, complement, SUPPLIER)
        _sink_label(axes, sink, label, written)


def _sink_label(axes: Axes, sink: Sink, y: float, written: EnergyScale) -> None:
    need = written.plain(sink.need_kwh)
    room = NEED_X - width_mm(need, SMALL) - 1.5 - (RIGHT_X + NODE_MM + 1.6)
    name = lines_for(sink.name, BODY, room, 1)[0]
    axes.text(RIGHT_X + NODE_MM + 1.6, y, name, va="center")
    axes.text(NEED_X, y, need, size=SMALL, color=SUPPLIER_TEXT, ha="right", va="center")
    strong(axes, WIDTH_MM, y, written.text(sink.shared_kwh), color=SHARED_DARK, ha="right", va="center")


def _note(axes: Axes, height: float, note: str) -> None:
    words = _("The width of a band is proportional to the energy of the period.")
    lines = [*lines_for(words, SMALL, 34.0, 4), *(lines_for(note, SMALL, 34.0, 4) if note else ())]
    for index, line in enumerate(reversed(lines)):
        axes.text(0.0, height - 1.6 - 3.4 * index, line, size=SMALL, color=MUTED, va="center")


def _node(axes: Axes, x: float, top: float, height: float, colour: str) -> None:
    axes.add_patch(Rectangle((x, top), NODE_MM, height, facecolor=colour, linewidth=0))


def _band(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    height: float,
    colour: str,
    alpha: float,
) -> None:
    if height < 0.005:
        return
    (x0, y0), (x1, y1) = (start[0] + NODE_MM, start[1]), end
    middle = (x0 + x1) / 2.0
    points = [
        *((x0, y0), (middle, y0), (middle, y1), (x1, y1)),
        *((x1, y1 + height), (middle, y1 + height), (middle, y0 + height), (x0, y0 + height), (x0, y0)),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=alpha, linewidth=0))
