"""The table of reference profiles, and how much a site of one uses in a year.

A new profile is one entry here and its rows in `data/reference_uses.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from gettext import gettext as _
from types import MappingProxyType

from acc.i18n import N_, is_french
from acc.problem import InputError, Problem
from profiles.reference.tables import ParameterRow, intensities_of


@dataclass(frozen=True, slots=True)
class ProfileKind:
    """A kind of site whose load can be drawn without a meter.

    Attributes:
        name: what is written in `participants.csv`.
        title: marked for the catalogue.
        french: usual French names, to guess what a person meant.
    """

    name: str
    title: str
    french: tuple[str, ...]


_KINDS = (
    ProfileKind("town-hall", N_("town hall"), ("mairie", "hôtel de ville")),
    ProfileKind("office", N_("offices"), ("bureaux", "bureau", "tertiaire", "siège", "administration")),
    ProfileKind(
        "primary-school", N_("primary school"), ("école", "école primaire", "maternelle", "groupe scolaire")
    ),
    ProfileKind("swimming-pool", N_("indoor swimming pool"), ("piscine", "centre aquatique")),
    ProfileKind("sports-hall", N_("sports hall"), ("gymnase", "salle de sport", "complexe sportif")),
    ProfileKind("hospital", N_("hospital"), ("hôpital", "clinique", "centre hospitalier")),
    ProfileKind("workshop", N_("SME workshop"), ("atelier", "artisan", "menuiserie", "garage")),
    ProfileKind("supermarket", N_("supermarket"), ("supermarché", "grande surface")),
    ProfileKind("cold-store", N_("cold store"), ("entrepôt frigorifique", "frigo", "station fruitière")),
    ProfileKind("wine-cooperative", N_("wine cooperative"), ("cave coopérative", "chai", "cave")),
    ProfileKind("wastewater-plant", N_("wastewater plant"), ("station d’épuration", "step", "steu")),
    ProfileKind("street-lighting", N_("street lighting, all night"), ("éclairage public",)),
    ProfileKind("college", N_("lower secondary school"), ("collège", "lycée")),
    ProfileKind("care-home", N_("care home"), ("ehpad", "maison de retraite", "résidence autonomie")),
    ProfileKind("metalworking", N_("metalworking"), ("usine", "métallurgie", "mécanique", "usinage")),
    ProfileKind("shop", N_("shop"), ("commerce", "magasin", "boutique")),
    ProfileKind("hotel-restaurant", N_("hotel and restaurant"), ("hôtel", "restaurant", "hébergement")),
    ProfileKind(
        "water-pumping", N_("drinking-water pumping"), ("pompage", "forage", "eau potable", "château d’eau")
    ),
    ProfileKind(
        "street-lighting-part-night",
        N_("street lighting, off from 23 h to 5 h"),
        ("éclairage public coupé la nuit", "extinction nocturne"),
    ),
    ProfileKind(
        "household-group",
        N_("group of homes"),
        ("logements", "foyers", "lotissement", "immeuble", "particuliers"),
    ),
)

PROFILES: Mapping[str, ProfileKind] = MappingProxyType({kind.name: kind for kind in _KINDS})

_TRADES = (
    ("shop", "boulangerie, pâtisserie, boucherie, pharmacie, coiffeur, banque, tabac, presse"),
    ("hotel-restaurant", "camping, gîte, bar, café, traiteur"),
    ("office", "médiathèque, bibliothèque, maison de santé, cabinet médical, gendarmerie, caserne"),
    ("primary-school", "crèche, centre de loisirs, cantine"),
    ("sports-hall", "salle des fêtes, salle polyvalente, salle communale, dojo"),
    ("workshop", "imprimerie, ferme, exploitation agricole, déchetterie, centre technique"),
)
NEAR_TRADES: Mapping[str, str] = MappingProxyType(
    {trade: name for name, trades in _TRADES for trade in trades.split(", ")}
)
"""Trades that have no profile, with the one whose hours are nearest: told to who names them, never assumed.

Their own hours differ (a baker's ovens heat before dawn): only a curve or a bill by poste tells them.
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """The yearly kWh of a site and how it is known.

    Attributes:
        row: the intensity it was estimated with; None when it is a bill.
        notes, source: sentences for a person, translated.
    """

    annual_kwh: float
    row: ParameterRow | None
    notes: tuple[str, ...]
    source: str


def known_profile(kind: str, site_id: str) -> ProfileKind:
    """Return the profile named `kind`.

    Raises:
        InputError: an unknown name, with the nearest one, guessed from French names too.
    """
    if kind in PROFILES:
        return PROFILES[kind]
    raise InputError([Problem(_where(site_id, "profile"), unknown_profile(kind))])


def unknown_profile(kind: str) -> str:
    """Return the message for a profile that is none, with the nearest one."""
    shown = {name: profile.french[0] if is_french() else name for name, profile in PROFILES.items()}
    names = {word: profile.name for profile in PROFILES.values() for word in (profile.name, *profile.french)}
    near = get_close_matches(kind.lower(), {**names, **NEAR_TRADES}, n=1, cutoff=0.65)
    hint = _("Did you mean {near}?") if near else ""
    if near and near[0] not in names:
        hint = _("No profile was made of this trade: the nearest is {near}, its curve would say more.")
    hint = hint.format(near=shown[{**NEAR_TRADES, **names}[near[0]]]) if near else ""
    message = _("“{kind}” is not a reference profile. {hint} Known profiles: {known}")
    return message.format(kind=kind, hint=hint, known=", ".join(shown.values())).replace("  ", " ")


def scale_of(
    profile: ProfileKind, annual_kwh: float | None, size: tuple[float | None, str | None], site_id: str
) -> Scale:
    """Return the yearly kWh of a site, from its bill or else from its size (quantity, unit).

    Raises:
        InputError: neither of them, a value that is not above 0, or a unit that the profile does not know.
    """
    title = _(profile.title)
    if annual_kwh is not None:
        _refuse_unless_positive(annual_kwh, _where(site_id, "annual_kwh"), "kWh")
        source = _("reference profile “{title}” scaled to the yearly bill").format(title=title)
        return Scale(annual_kwh, None, (), source)
    quantity, unit = size
    if quantity is None:
        message = _("neither annual_kwh nor quantity is given: one of them is needed to scale a profile")
        raise InputError([Problem(_where(site_id, "annual_kwh"), message)])
    if wrong := unknown_size(profile, unit):
        raise InputError([Problem(_where(site_id, "quantity_unit"), wrong)])
    row = intensities_of(profile.name)[unit or ""]
    _refuse_unless_positive(quantity, _where(site_id, "quantity"), row.parameter.partition(".")[2])
    facts = {"quantity": f"{quantity:.10g}", "unit": unit, "value": row.value, "source": row.source}
    source = _(
        "reference profile “{title}”, yearly kWh estimated: {quantity} {unit} x {value} kWh per {unit}"
    )
    note = _("{quantity} {unit} at {value} kWh per {unit} and year: {source}")
    return Scale(
        quantity * float(row.value), row, (note.format(**facts),), source.format(title=title, **facts)
    )


def unknown_size(profile: ProfileKind, unit: str | None) -> str:
    """Fault in the size unit of a profile, translated; empty if valid."""
    known = intensities_of(profile.name)
    if unit in known:
        return ""
    name = profile.french[0] if is_french() else profile.name
    message = _("“{unit}” is not a size of the profile {name}: {known} is expected, or give `annual_kwh`")
    return message.format(unit=unit or "", name=name, known=_(" or ").join(known))


def _refuse_unless_positive(value: float, where: str, unit: str) -> None:
    if not 0 < value < float("inf"):
        message = _("{value} is not usable: a number of {unit} above 0 is expected")
        raise InputError([Problem(where, message.format(value=value, unit=unit))])


def _where(site_id: str, field: str) -> str:
    return f"participants.{site_id}.{field}"
