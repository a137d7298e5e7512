"""What a row of `changes.csv` says of a use: its kWh, its hours, or the part of the need that it bears on."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _

from acc.changes import ADDED, HEATS_OR_COOLS, OF_A_PART, What
from acc.problem import Problem
from profiles.reference.kinds import PROFILES, unknown_profile, uses_within, usual_figure
from scenarios.entry.columns.bill_columns import read_windows
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import shown
from scenarios.entry.columns.names import french_word
from scenarios.entry.columns.row_models import ChangeRow, ParticipantRow

DAY_MINUTES = 24 * 60
GIVEN: Mapping[What, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(ADDED, (("kwh",),)),
    What.HEAT_PUMP: (("kwh",), ("fuel_kwh",)),
    What.EV_FLEET: (("kwh",), ("quantity", "km")),
    What.EV_HOME: (("kwh",), ("quantity",)),
    What.HOURS: (("kwh", "hours"),),
}
"""What says the kWh of a use that is added: the columns of one of these, all of them."""

OF_A_KIND = OF_A_PART | HEATS_OR_COOLS
"""Changes that have the hours, or a part, of the kind of their site."""

OF_A_USE = ("kwh", "fuel_kwh", "scop", "quantity", "km", "hours", "profile")


def use_faults(row: Row, change: ChangeRow) -> Iterator[Problem]:
    """Yield problems of the kWh and hours of an added use, or of such columns in another change."""
    ways = GIVEN.get(change.what, ())
    taken = {name for way in ways for name in way} | ({"hours"} if ways else set())
    taken |= {"scop"} if change.what is What.HEAT_PUMP else set()
    taken |= {"profile"} if change.what in OF_A_KIND else set()
    word = french_word("change", change.what)
    for name in OF_A_USE:
        if getattr(change, name) is not None and name not in taken:
            message = _("“{word}” does not take it: leave the cell empty")
            yield Problem(row.path(name), message.format(word=word))
    if ways and not any(all(getattr(change, name) is not None for name in way) for way in ways):
        known = _(", or ").join(" + ".join(f"`{name}`" for name in way) for way in ways)
        yield Problem(row.path("kwh"), _("missing: how many kWh, by {columns}").format(columns=known))
    try:
        windows = read_windows(change.hours)
    except ValueError as fault:
        yield Problem(row.path("hours"), str(fault))
        return
    minutes = sum(end - start for start, end in windows)
    if minutes > DAY_MINUTES:
        message = _("{hours} h in a day: the windows overlap")
        yield Problem(row.path("hours"), message.format(hours=shown(minutes / 60)))


def usual_ratio(what: What) -> float:
    """Return the ratio of a change where none is said: that of a sourced row, nothing for the others."""
    return usual_figure(what, "ratio") if what in OF_A_PART else 0.0


def profile_of(change: ChangeRow, site: ParticipantRow | None) -> str | None:
    """Return the trade of a site by its own line, else by the row; None where no profile is known."""
    own = None if site is None else site.profile
    return next((name for name in (own, change.profile) if name in PROFILES), None)


def has_its_part(change: ChangeRow, profile: str | None) -> bool:
    """Return whether a site of a profile has the use that a change of a part bears on."""
    return profile is not None and bool(uses_within(change.what, profile))


def part_faults(row: Row, change: ChangeRow, sites: Mapping[str, ParticipantRow]) -> Iterator[Problem]:
    """Yield problems that prevent a change of a part of the need.

    Args:
        sites: of the row, by id.
    """
    if change.what in OF_A_KIND and change.profile is not None and change.profile not in PROFILES:
        yield Problem(row.path("profile"), unknown_profile(change.profile))
    if change.what not in OF_A_PART:
        return
    profiles = {name: profile_of(change, site) for name, site in sites.items()}
    word = french_word("change", change.what)
    if unknown := [name for name, profile in profiles.items() if profile is None]:
        message = _(
            "missing: {site} has a measured curve; its profile (office, primary-school...) says which part "
            "of it “{word}” bears on"
        )
        yield Problem(row.path("profile"), message.format(site=unknown[0], word=word))
    elif profiles and not any(has_its_part(change, profile) for profile in profiles.values()):
        message = _(
            "“{word}” bears on no use that the profile {profile} tells apart: write `scale`, with the ratio "
            "of the whole"
        )
        profile = next(iter(profiles.values()))
        yield Problem(row.path("what"), message.format(word=word, profile=profile))
