"""How much a site uses in a year: its bill, or its size times a sourced intensity."""

from dataclasses import dataclass
from difflib import get_close_matches
from gettext import gettext as _

from acc.i18n import is_french
from acc.problem import InputError, Problem
from profiles.reference.kinds import NEAR_TRADES, PROFILES, ProfileKind
from profiles.reference.tables import ParameterRow, intensities_of


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
    trades = {trade: name for name, own in NEAR_TRADES.items() for trade in own}
    near = get_close_matches(kind.lower(), names | trades, n=1, cutoff=0.65)
    hint = ""
    if near and near[0] in names:
        hint = _("Did you mean {near}?").format(near=shown[names[near[0]]])
    elif near:
        hint = _(
            "No profile was made of this trade: the nearest is {near}, its curve would say more."
        ).format(near=shown[trades[near[0]]])
    message = _("“{kind}” is not a reference profile. {hint} Known profiles: {known}").format(
        kind=kind, hint=hint, known=", ".join(shown.values())
    )
    return message.replace("  ", " ")


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
    row = _intensity(profile, quantity, unit, site_id)
    assert quantity is not None  # `_intensity` has refused it
    _refuse_unless_positive(quantity, _where(site_id, "quantity"), row.parameter.partition(".")[2])
    facts = {
        "title": title,
        "quantity": f"{quantity:.10g}",
        "unit": unit,
        "value": row.value,
        "source": row.source,
    }
    source = _(
        "reference profile “{title}”, yearly kWh estimated: {quantity} {unit} x {value} kWh per {unit}"
    )
    note = _("{quantity} {unit} at {value} kWh per {unit} and year: {source}")
    return Scale(quantity * float(row.value), row, (note.format(**facts),), source.format(**facts))


def _intensity(profile: ProfileKind, quantity: float | None, unit: str | None, site_id: str) -> ParameterRow:
    known = intensities_of(profile.name)
    if quantity is None:
        message = _("neither annual_kwh nor quantity is given: one of them is needed to scale a profile")
        raise InputError([Problem(_where(site_id, "annual_kwh"), message)])
    if wrong := unknown_size(profile, unit):
        raise InputError([Problem(_where(site_id, "quantity_unit"), wrong)])
    return known[unit or ""]


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
