"""The controls of a meeting: what each one moves, between which ends; the years of a plan, its switches."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from math import ceil
from types import MappingProxyType

from acc.changes import DatedChange, What
from acc.keys import KEYS
from acc.keys.optimal import OPTIMAL
from acc.scenario import Scenario
from acc.units import eur_per_mwh
from reports.format.labels import key_title
from reports.format.numbers import fr, signed_percent
from reports.page.names import PlanCalendar
from scenarios.entry.columns.schema import truth
from scenarios.entry.folder.changes import LATEST_YEARS
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting, variant_settings
from scenarios.session import PageQuestion
from web.page_study import key_controls

NEED_PARAMETERS = frozenset({"priority", "weighted", "custom", "optimal"})
"""Keys that mean nothing without parameters: shown where the folder gives them."""

FIRST_KEYS = 4

TIMES_TODAY = 3.0
"""How far a roof goes whose most power the folder does not give."""

FINEST = 1e-5
"""A step is no finer: a field holds six decimals."""

MOST_TEXTS = 2000

NO_LIMIT: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A control that slides.

    Attributes:
        id: name of its field.
        option, path: the word that it writes: `set` and a path, or `kwp` and the id of a plant.
        value, base: as shown, as the kept scenario has it, both as texts of a number.
        texts: what each step is called, where it is no number with its unit.
        off: id to leave out at zero, where zero is no value.
        unset: what it is called where it stands in the kept scenario, which sets nothing.
    """

    id: str
    label: str
    option: str
    path: str
    value: str
    base: str
    low: str
    high: str
    step: str
    unit: str
    text: str
    base_text: str
    low_text: str
    high_text: str
    texts: tuple[str, ...] = ()
    off: str = ""
    unset: str = ""

    @property
    def moved(self) -> bool:
        """Whether it is elsewhere than in the kept scenario."""
        return self.value != self.base


@dataclass(frozen=True, slots=True)
class Radio:
    """A key to choose."""

    name: str
    title: str
    is_base: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Controls:
    """All of them, by group."""

    prices: tuple[Slider, ...]
    roofs: tuple[Slider, ...]
    keys: tuple[Radio, ...]
    other_keys: tuple[Radio, ...]
    power_text: str
    key_text: str

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """Every control that slides."""
        return (*self.prices, *self.roofs)

    def shut(self, mask: Callable[[str], str]) -> "Controls":
        """Return them with the ids that a page may hold."""
        roofs = [
            replace(roof, id=mask(roof.id), path=mask(roof.path), off=mask(roof.off)) for roof in self.roofs
        ]
        return replace(self, roofs=tuple(roofs))


def number(value: float) -> str:
    """Return a number as a field holds it.

    >>> number(95.0), number(1.15)
    ('95', '1.15')
    """
    return f"{round(value, 6):g}"


def controls_of(
    now: Scenario, base: Scenario, names: Mapping[str, str], most_kwp: Mapping[str, float] = NO_LIMIT
) -> Controls:
    """Return the controls of a state over the scenario that it starts from.

    Args:
        most_kwp: what a roof holds at most, by plant id, where the folder says it.
    """
    keys = tuple(_keys(now, base))
    return Controls(
        prices=tuple(_prices(now, base)),
        roofs=tuple(_roofs(now, base, names, most_kwp)),
        keys=keys[:FIRST_KEYS],
        other_keys=keys[FIRST_KEYS:],
        power_text=power_text(now),
        key_text=key_title(now.key.name),
    )


def power_text(scenario: Scenario) -> str:
    """Return the power of all plants, for the title of their group when it is folded."""
    return f"{fr(sum(plant.kwp for plant in scenario.plants))}{chr(0xA0)}kWc"


def supply_slider(now: Scenario, base: Scenario) -> Slider:
    """Build the slider of the prices of all suppliers, as a ratio of today's."""
    return _ratio("fournisseurs", _("Suppliers"), "prices.supply_ratio", _supply(now), _supply(base))


def _prices(now: Scenario, base: Scenario) -> list[Slider]:
    return [
        local_price_slider(now, base),
        supply_slider(now, base),
        slider_of(
            ("pmo", _("Fees of the PMO"), "prices.pmo_eur_per_year"),
            (now.prices.pmo_eur_per_year, base.prices.pmo_eur_per_year),
            (0.0, 10_000.0, 100.0),
            _("€/year"),
        ),
    ]


def local_price_slider(now: Scenario, base: Scenario) -> Slider:
    """Build the slider of the local price, EUR/MWh, or of a whole grid of them, as a ratio."""
    prices = base.prices
    if prices.is_grid:
        path, title = "prices.local_ratio", _("Local price, the whole grid")
        return _ratio("prix", title, path, now.prices.local_ratio or 1.0, prices.local_ratio or 1.0)
    was, is_ = (eur_per_mwh(s.prices.local_eur_per_kwh or 0.0) for s in (base, now))
    words = ("prix", _("Local price"), "prices.local_eur_per_mwh")
    slider = slider_of(words, (is_, was), (60.0, 160.0, 1.0), "€/MWh")
    if base.prices.local_eur_per_kwh is not None:
        return slider
    unset = _("not set")
    return replace(slider, unset=unset, base_text=unset, text=slider.text if slider.moved else unset)


def _supply(scenario: Scenario) -> float:
    return scenario.prices.supply_ratio or 1.0


def slider_of(
    words: tuple[str, str, str],
    values: tuple[float, float],
    ends: tuple[float, float, float],
    unit: str = "",
    say: Callable[[float], str] | None = None,
) -> Slider:
    """Build a slider.

    Args:
        words: id, label, path of what it moves; `kwp:` and a plant where it moves a power.
        values: as shown, as kept.
        ends: lowest, highest, step.
        say: words of a value, where it is no number with its unit.
    """
    id_, label, path = words
    option, path = ("kwp", path.removeprefix("kwp:")) if path.startswith("kwp:") else ("set", path)
    low, high, step = _reaching(values, ends)
    count = round((high - low) / step) + 1
    bare = say or _number_text
    return Slider(
        id=id_,
        label=label,
        option=option,
        path=path,
        value=number(values[0]),
        base=number(values[1]),
        low=number(low),
        high=number(high),
        step=number(step),
        unit=unit,
        text=f"{bare(values[0])}{chr(0xA0)}{unit}" if unit else bare(values[0]),
        base_text=bare(values[1]),
        low_text=bare(low),
        high_text=bare(high),
        texts=tuple(say(low + step * rank) for rank in range(count)) if say and count <= MOST_TEXTS else (),
    )


def _reaching(values: Sequence[float], ends: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the ends, as wide, and the step, as fine as the values ask for: (low, high, step).

    A browser moves a value that lies beyond the ends or between two steps, and the page would then ask for
    a change that nobody made.
    """
    low, high, step = ends
    low -= step * ceil(max(0.0, low - min(values)) / step)
    while step > FINEST and any(
        abs(rank - round(rank)) > 1e-6 for rank in ((value - low) / step for value in values)
    ):
        step /= 10.0
    return low, max(high, *values), step


def _number_text(value: float) -> str:
    return fr(value, 0 if float(value).is_integer() else 1)


def _ratio(id_: str, label: str, path: str, now_ratio: float, base_ratio: float) -> Slider:
    return slider_of((id_, label, path), (now_ratio, base_ratio), (0.6, 1.4, 0.05), say=_ratio_text)


def _ratio_text(shown_ratio: float) -> str:
    change = round(shown_ratio - 1.0, 6)
    return signed_percent(change) if change else _("as today")


def _roofs(
    now: Scenario, base: Scenario, names: Mapping[str, str], most_kwp: Mapping[str, float]
) -> list[Slider]:
    powers = {plant.id: plant.kwp for plant in now.plants}
    controls = []
    for plant in base.plants:
        if plant.added_to is not None or plant.kwp_ratio != 1.0:  # its row of changes says how much; moved
            continue
        words = (f"kwp.{plant.id}", names.get(plant.id, plant.name), f"kwp:{plant.id}")
        values = (powers.get(plant.id, 0.0), plant.kwp)
        most = max(most_kwp.get(plant.id, TIMES_TODAY * plant.kwp), *values)
        slider = slider_of(words, values, (0.0, most, _step(plant.kwp, most)), "kWc")
        controls.append(replace(slider, off=plant.id))
    if base.battery is not None:
        energy_kwh = now.battery.energy_kwh if now.battery else 0.0
        words = ("batterie", _("Battery"), "battery.energy_kwh")
        top = max(base.battery.energy_kwh * 2.0, energy_kwh)
        controls.append(slider_of(words, (energy_kwh, base.battery.energy_kwh), (10.0, top, 10.0), "kWh"))
    return controls


def _step(*powers_kwp: float) -> float:
    """Return 10 kWp where the powers are multiples of it, a step that reaches them otherwise."""
    if all(power >= 50.0 and power % 10.0 == 0.0 for power in powers_kwp):
        return 10.0
    return 1.0 if all(float(power).is_integer() for power in powers_kwp) else 0.1


def _keys(now: Scenario, base: Scenario) -> list[Radio]:
    given = [base.key.name, now.key.name, *base.key_parameters]
    given += [] if now.battery else [control.key for control in key_controls()]
    names = dict.fromkeys([base.key.name, "prorata", OPTIMAL.name, "static", *base.key_parameters, *KEYS])
    return [
        Radio(name, key_title(name), name == base.key.name, name == now.key.name)
        for name in names
        if name in given or name not in NEED_PARAMETERS
    ]


def uncontrolled(
    sets: Sequence[str], sliders: Sequence[Slider], others: frozenset[str] = frozenset()
) -> list[str]:
    """Return the words of a state that no control of the page moves: they stay as they are.

    Args:
        others: paths that other controls than sliders move.

    >>> uncontrolled(["prix=95", "participants.cave.kva=60", "participants.cave.active=true"], [])
    ['prix=95', 'participants.cave.kva=60']
    """
    moved = {slider.path for slider in sliders} | others
    paths = [setting.path for setting in read_question(sets)]
    boxed = re.compile(r"participants\.[^.]+\.active")
    return [
        word
        for word, path in zip(sets, paths, strict=True)
        if path not in moved and not boxed.fullmatch(path)
    ]


def _is_zero(text: str) -> bool:
    try:
        return float(text) == 0.0
    except ValueError:  # the engine says why it is no number
        return False


def words_of_fields(
    controls: Sequence[Slider], fields: Mapping[str, str]
) -> tuple[list[str], list[str], list[str]]:
    """Return the words (set, without, kwp) of what the fields of a form move."""
    sets, without, powers = [], [], []
    for slider in controls:
        value = fields.get(slider.id, slider.base)
        if value == slider.base:
            continue
        if slider.off and _is_zero(value):
            without.append(slider.off)
        elif slider.option == "kwp":
            powers.append(f"{slider.path}={value}")
        else:
            sets.append(f"{slider.path}={value}")
    return sets, without, powers


SWITCHED = re.compile(r"changes\.([^.]+)\.active")


@dataclass(frozen=True, slots=True)
class Switch:
    """A change to count or not, and whether the kept scenario counts it."""

    row: str
    text: str
    is_on: bool
    is_base: bool


@dataclass(frozen=True, slots=True)
class YearsControl:
    """The slider of the year and the switches."""

    slider: Slider
    switches: tuple[Switch, ...]

    @property
    def is_moved(self) -> bool:
        """Whether a later year is shown, or a change is counted otherwise than in the kept scenario."""
        return self.slider.moved or any(switch.is_on != switch.is_base for switch in self.switches)


def years_control(
    calendar: PlanCalendar | None, settings: Iterable[Setting], kept: Iterable[Setting], year: str
) -> YearsControl | None:
    """Return the controls; None where no year differs.

    Args:
        settings, kept: what a state sets, and what the scenario that it starts from does.
        year: of the address.
    """
    if calendar is None:
        return None
    first, last, names = calendar.years[0], calendar.years[-1], calendar.names
    rank = (calendar.year_of_plan(year) or 1) - 1
    slider = slider_of(
        ("annee", _("Year shown"), "annee"),
        (float(calendar.years[rank]), float(first)),
        (float(first), float(last), 1.0),
        say=lambda year: names[round(year) - first],
    )
    slider = replace(slider, option="view")
    before = {line.row: line.is_counted for line in calendar.lines} | switched(kept)
    on = before | switched(settings)
    return YearsControl(
        slider, tuple(Switch(line.row, line.text, on[line.row], before[line.row]) for line in calendar.lines)
    )


def kept_settings(source: RawFolder, variant: str | None) -> list[Setting]:
    """Settings of the scenario at the start of a state."""
    return variant_settings(source, variant) if variant else []


def switched(settings: Iterable[Setting]) -> dict[str, bool]:
    """Return the lines that settings count or leave out, by id."""
    matches = ((SWITCHED.fullmatch(setting.path), setting.value) for setting in settings)
    return {match[1]: truth(value) is not False for match, value in matches if match}


def switch_paths(calendar: PlanCalendar | None) -> frozenset[str]:
    """Return the paths that the switches of the page move."""
    lines = () if calendar is None else calendar.lines
    return frozenset(f"changes.{line.row}.active" for line in lines)


def switch_words(control: YearsControl | None, ticked: Sequence[str]) -> list[str]:
    """Return the words of a state whose form has these switches on."""
    switches = () if control is None else control.switches
    return [
        f"changes.{switch.row}.active={str(switch.row in ticked).lower()}"
        for switch in switches
        if (switch.row in ticked) != switch.is_base
    ]


def is_of_panels(change: DatedChange) -> bool:
    """Return whether a change is of panels that are added: a plant of their own."""
    return f"-{What.KWP}-" in change.row


def for_the_room(question: PageQuestion, calendar: PlanCalendar) -> PageQuestion:
    """Question of a later year, where the changes unknown to the room come after the plan.

    Nobody is taken out by that: who is there, and who is not, would disclose it.
    """
    after = calendar.years[0] + LATEST_YEARS
    words = []
    for change in calendar.hidden:
        # Added panels are a plant of their own, called by its year; so is a line: its day comes last.
        path = f"changes.{change.row}"
        words += (
            [f"{path}.active=false"]
            if is_of_panels(change)
            else [f'{path}.until=""', f"{path}.since={after}-01-01"]
        )
    return replace(question, sets=(*question.sets, *dict.fromkeys(words)))
