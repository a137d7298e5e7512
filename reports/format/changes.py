"""Dated changes in words."""

from gettext import gettext as _

from acc.changes import DatedChange, What
from acc.i18n import N_
from reports.format.numbers import fr, percent, short_date, unit

WORDS = {
    What.CLOSES: N_("{name} closes"),
    What.LEAVES: N_("{name} leaves the operation"),
    What.JOINS: N_("{name} joins the operation"),
    What.STARTS: N_("{name} starts"),
    What.SCALE: N_("{name}: need multiplied by {ratio}"),
    What.HEAT_PUMP: N_("{name}: heat pump, {kwh} a year"),
    What.EV_FLEET: N_("{name}: vehicles of the depot, {kwh} a year"),
    What.EV_PUBLIC: N_("{name}: public charging point, {kwh} a year"),
    What.EV_HOME: N_("{name}: cars of the homes, {kwh} a year"),
    What.COOLING: N_("{name}: air conditioning, {kwh} a year"),
    What.WATER_HEATER: N_("{name}: water heater, {kwh} a year"),
    What.USE: N_("{name}: a use of {kwh} a year"),
}


def change_text(change: DatedChange, name: str) -> str:
    """Return a change in words: `School closes (10 % stays), from 01/09/2029`."""
    said = _(WORDS[change.what]).format(name=name, ratio=fr(change.ratio, 2), kwh=unit(change.kwh, "kWh"))
    if change.what is What.CLOSES and change.ratio > 0.0:
        said = _("{said} ({part} stays)").format(said=said, part=percent(change.ratio))
    if change.until is not None:
        days = {"since": short_date(change.since), "until": short_date(change.until)}
        return _("{said}, from {since} to {until}").format(said=said, **days)
    return _("{said}, from {since}").format(said=said, since=short_date(change.since))
