"""Each alternative as the `--set` words that make it of the folder: `acc run` then gives it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.scenario import Scenario
from acc.sites import Plant, Position
from acc.worth.choices import Way, WayState
from acc.worth.result import Roof
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.folder.settings import Setting, read_setting
from scenarios.studies.worth.settings import WorthChoice

ALONE, TOGETHER = "operation.sharing=false", "operation.sharing=true"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeRequest:
    """One alternative, asked of the folder; `reason` says why it cannot be computed."""

    choice: Way
    words: tuple[str, ...] = ()
    state: WayState = WayState.COMPARED
    reason: str = ""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The changes that the words mean."""
        return tuple(read_setting(word) for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWords:
    """The battery of the alternative with one: its words, or why there is none."""

    words: tuple[str, ...] = ()
    state: WayState = WayState.COMPARED
    reason: str = ""


def alternative_requests(
    scenario: Scenario,
    roofs: Sequence[Roof],
    choice: WorthChoice,
    sky: Position | None,
    stored: StoredWords,
) -> tuple[AlternativeRequest, ...]:
    """Return every alternative, in the order of `Way`.

    Args:
        sky: where a generated or downloaded sky is read; None when curves are measured.
        stored: the words of a battery, beside those of own use and sharing.
    """
    idle = () if scenario.battery is None else ("battery.active=false",)
    together = () if scenario.sharing else (TOGETHER,)
    network = (*_on_the_network(scenario), *idle, *together)
    behind = (*_behind(scenario, roofs, built=True), *together)
    return (
        AlternativeRequest(choice=Way.FOLDER),
        AlternativeRequest(choice=Way.NOTHING, words=(*(_off(plant) for plant in _written(scenario)), ALONE)),
        _own_use(scenario, roofs, sky),
        _sold(Way.TOTAL_SALE, scenario, choice.total_sale),
        AlternativeRequest(choice=Way.SHARING, words=network),
        AlternativeRequest(choice=Way.BOTH, words=(*behind, *idle)),
        AlternativeRequest(
            choice=Way.BATTERY,
            words=(*behind, *stored.words) if not stored.reason else (),
            state=stored.state,
            reason=stored.reason,
        ),
        _sold(Way.PPA, scenario, choice.ppa_eur_per_mwh)
        if choice.ppa_eur_per_mwh is not None
        else AlternativeRequest(
            choice=Way.PPA,
            state=WayState.NOT_COMPARABLE,
            reason=_("no price is given (`ppa_eur_per_mwh` in `[worth]`, or --ppa)"),
        ),
    )


def _own_use(scenario: Scenario, roofs: Sequence[Roof], sky: Position | None) -> AlternativeRequest:
    if not any(roof.host for roof in roofs):
        reason = _("no roof has a site of the same owner under it, or within 100 m")
        return AlternativeRequest(choice=Way.OWN_USE, state=WayState.NOT_POSSIBLE, reason=reason)
    words = _behind(scenario, roofs, built=False)
    if sky is not None and any(roof.host is None for roof in roofs) and scenario.weather.position is None:
        # The sky is read in the middle of the sites: one plant less would move it.
        words += (f"weather.latitude={sky.latitude_deg}", f"weather.longitude={sky.longitude_deg}")
    return AlternativeRequest(choice=Way.OWN_USE, words=(*words, ALONE))


def _behind(scenario: Scenario, roofs: Sequence[Roof], *, built: bool) -> tuple[str, ...]:
    """Words that connect each plant behind the meter of its site; others on the network, or unbuilt.

    Args:
        built: whether a plant without a site is.
    """
    words = []
    for plant, roof in zip(scenario.plants, roofs, strict=True):
        if plant.added_to is not None:
            continue
        if roof.host is not None and not roof.stated:
            words.append(f"plants.{plant.id}.behind={_text(roof.host)}")
        elif roof.host is None and not built:
            words.append(_off(plant))
    return tuple(words)


def _on_the_network(scenario: Scenario) -> tuple[str, ...]:
    """Words that take each plant from behind its meter; its owner is unchanged."""
    words = []
    for plant in _written(scenario):
        if plant.behind is not None:
            words.append(f'plants.{plant.id}.behind=""')
            if plant.owner is None and plant.person is None:
                words.append(f"plants.{plant.id}.owner={_text(plant.behind)}")
    return tuple(words)


def _sold(choice: Way, scenario: Scenario, price: str | float | None) -> AlternativeRequest:
    """Return a sale of all that is made, at another price or under another contract where one is given."""
    words = list(_on_the_network(scenario))
    if price is not None:
        words.append(f"prices.surplus={toml_of(price)}")
        words += [
            f"plants.{plant.id}.surplus={toml_of(str(price))}"
            for plant in _written(scenario)
            if plant.surplus is not None
        ]
    return AlternativeRequest(choice=choice, words=(*words, ALONE))


def _written(scenario: Scenario) -> list[Plant]:
    """Return the plants that have a row: what comes later beside one follows it."""
    return [plant for plant in scenario.plants if plant.added_to is None]


def _off(plant: Plant) -> str:
    return f"plants.{plant.id}.active=false"


def _text(name: str) -> str:
    """Return an id as `--set` reads it: without quotes where none are needed."""
    return name if read_setting(f"x={name}").value == name else toml_of(name)
