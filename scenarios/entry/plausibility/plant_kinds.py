"""What carries the modules where `kind` or `mounting` is silent: what is taken, what a name speaks of."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import among, is_french
from acc.plan.plants import has_roof_losses, taken_as_roofs
from acc.plant_model import Mounting
from acc.sites import Plant, PlantKind
from scenarios.entry.columns.names import plain, words
from scenarios.entry.columns.row_models import PlantRow

ROOF, CANOPY, GROUND = PlantKind.ROOF, PlantKind.CANOPY, PlantKind.GROUND

FRAMES: Mapping[str, tuple[PlantKind, ...]] = MappingProxyType(
    dict.fromkeys(("ombriere", "ombrieres", "carport", "carports", "canopy", "canopies"), (CANOPY,))
)
"""Words that are a plant themselves, wherever they stand in a name."""

GROUNDS: Mapping[str, tuple[PlantKind, ...]] = {
    **dict.fromkeys(("parking", "parkings", "stationnement"), (CANOPY, GROUND)),
    **dict.fromkeys(("sol", "ground", "champ", "champs", "prairie", "friche"), (GROUND,)),
    **dict.fromkeys(("agrivoltaique", "agrivoltaisme", "traqueur", "traqueurs", "tracker"), (GROUND,)),
    **dict.fromkeys(("serre", "serres", "greenhouse"), (CANOPY, ROOF)),
    # An old hangar carries a roof; one that is built for its modules is a frame as a canopy is.
    **dict.fromkeys(("hangar", "hangars"), (ROOF, CANOPY)),
}
"""Words of a place, and the kinds that stand there, the likeliest first; they may say where a roof is."""

ROOFS = frozenset({"toit", "toits", "toiture", "toitures", "roof", "roofs", "rooftop"})
PLANT_WORDS = frozenset(
    {"centrale", "installation", "panneaux", "parc", "photovoltaique", "pv", "solaire", "plant"}
)
"""What a name may begin with before it says where: "Centrale du parking", no "École du Champ de Foire"."""

ARTICLES, OF = frozenset({"l", "la", "le", "les"}), frozenset({"d", "de", "des", "du", "of"})


@dataclass(frozen=True, slots=True)
class SpokenKind:
    """What in a row speaks of another kind than the roof that is taken, and of which, the likeliest first.

    Attributes:
        is_free: whether the row says that its modules are laid free: its losses are then not those of a roof.
    """

    said: str
    kinds: tuple[PlantKind, ...]
    is_free: bool = False

    @property
    def message(self) -> str:
        """The doubt, and the ways out of it."""
        text = _(
            "{said}, and no `kind`: a roof is counted, for its price and its losses. Write {ways}; "
            "`kind = roof` keeps the roof"
        )
        if self.is_free:
            text = _(
                "{said}, and no `kind`: the price of a roof is counted. Write {ways}; `kind = roof` keeps it"
            )
        kinds = [kind for kind in self.kinds if kind is not ROOF]
        titles = {k: f" ({words('plant_kind')[k].french.lower()})" if is_french() else "" for k in kinds}
        return text.format(said=self.said, ways=_(" or ").join(f"`kind = {k}`{titles[k]}" for k in kinds))


def spoken_kind(row: PlantRow) -> SpokenKind | None:
    """Doubt on the default roof of an empty `kind`; None where there is none, or `kind` is written.

    >>> spoken_kind(PlantRow(id="p", name="Ombrières du supermarché", kwp=9)).said
    '“Ombrières”'
    >>> spoken_kind(PlantRow(id="p", name="École du Champ de Foire", kwp=9))
    >>> spoken_kind(PlantRow(id="p", name="Centrale Solaire du parking", kwp=9)).kinds[0].value
    'canopy'
    """
    if row.kind is not None:
        return None
    written = re.findall(r"[^\W_]+", row.name or row.id)
    spelt = [plain(word) for word in written]
    owners = {word for owner in (row.owner, row.person) for word in plain(owner or "").split()}
    named = _named(spelt, owners if owners < set(spelt) else frozenset())
    is_free = row.mounting is Mounting.FREE
    if named is not None:
        place, kinds = named
        return SpokenKind(_("“{word}”").format(word=written[place]), kinds, is_free)
    if is_free and not ROOFS & set(spelt):
        return SpokenKind("`mounting = free`", (CANOPY, GROUND), is_free)
    return None


def _named(spelt: Sequence[str], owners: Collection[str]) -> tuple[int, tuple[PlantKind, ...]] | None:
    """Index and plant kinds of a word in a name; words of its owner's name are ignored."""
    for place, word in enumerate(spelt):
        if word in FRAMES and word not in owners:
            return place, FRAMES[word]
    if ROOFS & set(spelt):
        return None
    for place, word in enumerate(spelt):
        if word in GROUNDS and word not in owners and _is_the_plant(spelt, place):
            return place, GROUNDS[word]
    return None


def _is_the_plant(spelt: Sequence[str], place: int) -> bool:
    """Return whether a word of a place says where the plant is, not what a building is called after."""
    before = [word for word in spelt[:place] if word not in ARTICLES]
    return not before or before[-1] not in OF or before[0] in PLANT_WORDS


def with_kept_roofs(rows: Sequence[PlantRow], kept: Collection[str]) -> list[PlantRow]:
    """Return the rows, a roof where a person keeps it: `kept` are the paths of accepted oddities."""
    roof = {"kind": ROOF}
    return [row.model_copy(update=roof) if f"plants.{row.id}.kind" in kept else row for row in rows]


def usual_mounting(row: PlantRow) -> Mounting:
    """Default mounting of modules: on a roof, except for canopies and ground plants."""
    return Mounting.FREE if row.kind in {CANOPY, GROUND} else Mounting.ROOF


def usual_kinds(plants: Sequence[Plant]) -> list[tuple[str, str, str]]:
    """Return the hypotheses on the plants whose kind is not given: of those laid free only the price is."""
    taken, lines = taken_as_roofs(plants), []
    for has_losses, value in ((True, _("roof")), (False, _("roof, for its price"))):
        names = [plant.name for plant in taken if has_roof_losses(plant) is has_losses]
        why = _("not given (`kind`)") + among(names, sum(plant.added_to is None for plant in plants))
        lines += [(_("Kind of a plant"), value, why)] if names else []
    return lines


def usual_mountings(plants: Sequence[PlantRow], idle: Collection[str]) -> list[tuple[str, str, str]]:
    """Return the hypotheses on the modelled plants whose mounting is not given, one a mounting."""
    silent = [row for row in plants if row.mounting is None and row.curve is None and row.id not in idle]
    why = _("mounting not given: close to the roof, as most are; free-standing for a canopy or on the ground")
    roof, free = _("close to the roof: −6 % of output"), _("free-standing, ventilated")
    named = {Mounting.ROOF: roof, Mounting.FREE: free}
    total, lines = sum(row.id not in idle for row in plants), []
    for mounting, text in named.items():
        names = [row.name or row.id for row in silent if usual_mounting(row) is mounting]
        if names:
            lines.append((_("Mounting of the modules"), text, why + among(names, total)))
    return lines
