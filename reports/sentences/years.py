"""What comes later: the dated changes, and what leaves with a site or a member."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.changes import What
from acc.departures.entry_exit import Change, LargestLoss
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.i18n import semicolons
from acc.result.outcomes import gains_eur_ht
from acc.sides import Side, loses, side
from acc.sites import Participant
from acc.years.plan_years import IN_YEARS
from acc.years.row_values import RowValue, together
from reports.format.changes import (
    LITTLE_RATIO,
    by_decision,
    change_text,
    decision_text,
    local_text,
    signed_mwh,
)
from reports.format.money import eur_text, signed_euros, to_the_euro
from reports.format.numbers import fr, listed, mwh_cell, percent
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Callout
from reports.sentences.money import band_text
from reports.view.selection import (
    MOST_LEAVERS,
    bill_ratio,
    drawn_leavers,
    leavers,
    lost_kwh,
    own_columns,
    own_plants,
)
from reports.view.view import View

MOST_CHANGES = 3
"""Changes named, those that move the most first."""

MOST_CAPTIONED = 5
"""Changes named under the figure of the years."""

LEAST_KWH = 500.0
"""What moves less shared energy than this in a year is told to change nothing."""


def in_ten_years(view: View) -> Callout | None:
    """Return the year told of the plan; None where nothing is announced that this reader may know.

    What a site that is not shown by its name will do is a secret of its holder: no row of it is counted here.
    """
    changes, years = view.result.changes, view.result.years
    if changes is None or years is None:
        return None
    worth = changes.by_audience.get(view.reader, changes.by_audience.get(None))
    rows = [] if worth is None else [row for row in worth.rows if _is_open(view, row)]
    if worth is None or not rows:
        return None
    year, by_row, of_year = years.name(worth.year), _by_decision(view, rows), str(worth.year)
    sentences = [sentence("changes-announced", len(by_row))]
    if after := [name for name, row in by_row if row.change.since >= years.starts(worth.year + 1)]:
        sentences.append(sentence("changes-after", len(after), year=year, list=listed(after[:MOST_CHANGES])))
    # What is drawn counts the changes of all: a range around those that are told would not be theirs.
    drawn = len(changes.rows) == len(worth.rows)
    if len(rows) == len(worth.rows):
        ends = band_text(view, "later_received_kwh", 0.001, member=of_year) if drawn else ""
        name, mwh = "shared-later-from-to" if ends else "shared-later", mwh_cell(worth.with_kwh)
        sentences.append(sentence(name, year=year, mwh=mwh, before=mwh_cell(worth.without_kwh), ends=ends))
    gains = gains_eur_ht(view.result.money)
    # What all gain in a year that only some changes are told of would tell the others by difference.
    if len(gains) and drawn:
        ends = band_text(view, "later_gain_eur_ht", name="€", member=of_year)
        name = "together-gain-from-to" if ends else "together-gain"
        sentences.append(sentence(name, eur=eur_text(float(gains[worth.year])), ends=ends))
    large = ((name, row) for name, row in by_row if abs(row.last_kwh) >= LEAST_KWH)
    counting = sorted(large, key=lambda pair: -abs(pair[1].last_kwh))
    if counting:
        name = "what-counts" if counting[0][1].last_eur is None else "what-counts-in-euros"
        sentences.append(sentence(name, list=listed([_with_sign(*row) for row in counting[:MOST_CHANGES]])))
    sentences += _nothing([(name, row) for name, row in by_row if abs(row.last_kwh) < LEAST_KWH])
    title = _("And in ten years?") if worth.year == IN_YEARS else _("And in the last year of the plan?")
    return Callout(title, " ".join(sentences), look="card")


def tells_all_years(view: View) -> bool:
    """Return whether this reader may know of every change, and so see the years that all of them make.

    A year that jumps would tell what a site that is not shown by its name keeps to itself.
    """
    changes = view.result.changes
    if changes is None or view.result.years is None or view.reader is not None:
        return False
    return all(_is_open(view, row) for row in changes.rows)


def years_alt(view: View) -> str:
    """Alternative text of the figure of the years."""
    years = view.result.years
    if years is None:
        return ""
    shared = years.total("received_kwh")
    first, last = (mwh_cell(float(kwh)) for kwh in (shared[0], shared[-1]))
    names = {"from_year": years.name(1), "to_year": years.name(len(shared))}
    return sentence("years-alt", first=first, last=last, **names)


def years_caption(view: View) -> str:
    """Changes in the years marked in the figure, largest first."""
    changes = view.result.changes
    every = [] if changes is None else _by_decision(view, changes.rows)
    rows = sorted(every, key=lambda pair: -abs(pair[1].last_kwh))
    marked = sorted(rows[:MOST_CAPTIONED], key=lambda pair: pair[1].change.since)
    listed_ = [f"{row.change.since.year}, {name}" for name, row in marked if row.last_kwh]
    wording = "marks-of-some" if len(rows) > len(listed_) else "marks"
    return sentence(wording, list=" ; ".join(listed_))


def _nothing(rows: list[tuple[str, RowValue]]) -> list[str]:
    """Changes without effect, and the local part of their kWh."""
    little = {name: row.local_ratio for name, row in rows if row.local_ratio is not None and _adds(row)}
    if not little:
        return []
    most = max(little.values())
    part = local_text(most) if most < LITTLE_RATIO else _("at most {part}").format(part=percent(most))
    text = _("Hardly anything: {list} ({part} of these kWh are local).")
    return [text.format(list=listed([*little][:MOST_CHANGES]), part=part)]


def _adds(row: RowValue) -> bool:
    """Return whether a change adds kWh that are used, a part of them on site maybe."""
    return row.need_kwh - row.production_kwh > 0.0


def _with_sign(name: str, row: RowValue) -> str:
    if row.last_eur is not None:
        amounts = {"mwh": signed_mwh(row.last_kwh), "eur": signed_euros(row.last_eur)}
        return _("{change} ({mwh} MWh, {eur})").format(change=name, **amounts)
    return _("{change} ({mwh} MWh)").format(change=name, mwh=signed_mwh(row.last_kwh))


def _by_decision(view: View, rows: Sequence[RowValue]) -> list[tuple[str, RowValue]]:
    """Return the rows as they were announced, in words: those of all sites of a kind as one."""
    worth = {row.change: row for row in rows}
    return [
        (decision_text(some, view.names, dated=False), together([worth[change] for change in some]))
        for some in by_decision(worth)
    ]


def _is_open(view: View, row: RowValue) -> bool:
    """Return whether the reader may know of a change: its site, or who holds its plant, is shown by name."""
    site = row.change.site
    plant = next((plant for plant in view.result.scenario.plants if plant.id == site), None)
    if plant is None:
        return site in view.open_sites
    return view.names.get(site) == plant.name and (plant.behind is None or plant.behind in view.open_sites)


MUCH_RATIO = 0.01
"""What other hours must add to the local part of a use to be advised."""


def own_title() -> str:
    """Return the title of the changes of a holder."""
    return _("What you announced for the years to come")


def own_changes(view: View) -> list[str]:
    """Return the changes of what the holder of a sheet has, each with the part of its kWh that is local."""
    scenario, worth, years = view.result.scenario, view.result.changes, view.result.years
    own = (
        [scenario.participants[n] for n in own_columns(view)],
        [scenario.plants[m] for m in own_plants(view)],
    )
    names = {site.id: site.name for sites in own for site in sites}
    rows = {} if worth is None else {row.change: row for row in worth.rows}
    year = "" if worth is None or years is None else years.name(worth.year)
    every = sorted((*scenario.changes, *scenario.other_changes), key=lambda c: (c.since, c.site, c.what))
    texts = []
    for change in [change for change in every if change.site in names]:
        row, words = rows.get(change), [change_text(change, names[change.site]) + "."]
        words += [] if row is None else [*_own_local(row, year), *_own_eur(view, row, year)]
        texts.append(" ".join(words))
    return texts


def _own_local(row: RowValue, year: str) -> list[str]:
    """Return the part of a use that is local, and that it would have at other hours."""
    if row.local_ratio is None:
        return []
    name = "added-kwh-local" if _adds(row) else "removed-kwh-local"
    sentences = [sentence(name, part=local_text(row.local_ratio), year=year)]
    if row.midday_ratio is None or row.midday_ratio < row.local_ratio + MUCH_RATIO:
        return sentences
    hours = _("From 11:00 to 16:00: {part} local instead of {before}.")
    if row.change.what is What.WATER_HEATER:  # its water is warmed by night in winter whatever its hours
        hours = _("From 11:00 to 16:00, April to October: {part} local instead of {before}.")
    return [*sentences, hours.format(part=percent(row.midday_ratio), before=percent(row.local_ratio))]


def _own_eur(view: View, row: RowValue, year: str) -> list[str]:
    """Effect of a change on the holder's income from plants and sharing, in the year."""
    if row.own_last_eur is None:
        return []
    eur = row.own_last_eur * bill_ratio(view)
    by = _("By the operation and your plants") if own_plants(view) else _("By the operation")
    name = "you-gain-more" if eur > 0.0 else "you-gain-less"
    name = "you-gain-as-much" if side(eur) is Side.EVEN else name
    return [sentence(name, by=by, amount=to_the_euro(abs(eur)), year=year)]


def change_by_leaving(view: View, site: str) -> Change | None:
    """Change from the departure of a site; None where not computed."""
    return next((change for change in view.result.leaving if change.id == site), None)


def leaving_caption(view: View) -> str:
    """Caption of the figure, and rows drawn."""
    count, shown = len(leavers(view)), len(drawn_leavers(view))
    first = _("Energy no longer shared if it leaves, and what all the others then gain or lose.")
    if leavers(view)[0][1].others_change_eur is None:
        first = _("Energy no longer shared if it leaves, under the key of the folder.")
    if count == shown:
        return first
    text = _("The {shown} that matter most are shown, of {count}.")
    if shown < MOST_LEAVERS:
        text = text_of("leavers-shown", shown)
    return f"{first} {text.format(shown=fr(shown), count=fr(count))}"


def leaving_alt(view: View) -> str:
    """Return the figure in words."""
    rows = drawn_leavers(view)
    lost = semicolons(f"{name} {view.scale.text(lost_kwh(change))}" for name, change in rows)
    return _("Energy no longer shared without each site: {lost}.").format(lost=lost)


def leaving_note(view: View) -> str:
    """Note where the effects of departures are unknown."""
    if view.result.leaving or len(view.result.scenario.participants) < 2:
        return ""
    return _("What each one would take along by leaving is not computed here.")


def own_leaving(view: View) -> list[str]:
    """Change from the departure of the sheet's holder with all sites, or reason why unknown."""
    leaving, holder = view.result.persons_leaving, view.holder
    change = next((c for c in leaving if holder and c.id == holder.id), None)
    if change is not None:
        items = _no_longer_shared(view, change), _own_effect(view, change), _effect_on_others(view, change)
        return [*filter(None, items)]
    if leaving:
        return [_("Not computed: the key cannot be made without you.")]
    return [_("Not computed in this sheet: each case would have to be run again.")]


def _no_longer_shared(view: View, change: Change) -> str:
    lost, scale = lost_kwh(change), view.scale.finest(lost_kwh(change))
    if scale.plain(lost) == scale.plain(0.0):
        return _("What is shared would stay the same.")
    part = percent(lost / change.before_kwh, 1)
    if part == percent(0.0, 1):
        part = _("less than {part}").format(part=percent(0.001, 1))
    count = 1 if round(scale.value(lost), scale.decimals) < 2.0 else 2
    lost_text = sentence("no-longer-shared", count, energy=scale.text(lost), period=view.period, part=part)
    moved = scale.text(abs(change.surplus_change_kwh))
    if change.surplus_change_kwh > 0.0 and moved == scale.text(lost):
        return _("{gone}: it would be surplus.").format(gone=lost_text)
    if moved == scale.text(0.0):
        return _("{gone}.").format(gone=lost_text)
    name = "surplus-shrinks" if change.surplus_change_kwh < 0.0 else "surplus-grows"
    return sentence(name, gone=lost_text, surplus=moved)


def _own_effect(view: View, change: Change) -> str:
    if change.own_eur is None:
        energy = view.scale.text(change.own_kwh)
        return _("Your supplier would deliver {energy} more.").format(energy=energy)
    if side(change.own_eur) is Side.EVEN:
        return _("For you, nothing would change.")
    amount = to_the_euro(abs(change.own_eur) * bill_ratio(view))
    if change.own_eur < 0.0:
        return _("You would no longer lose {amount}.").format(amount=amount)
    if not own_plants(view):
        return _("You would lose {amount}: your saving.").format(amount=amount)
    return sentence("lose-by-leaving", len(own_plants(view)), amount=amount)


def _effect_on_others(view: View, change: Change) -> str:
    """Gain or loss of all others together, with the largest loss where it may be shown."""
    total = change.others_change_eur
    others = [p for p in view.result.scenario.participants if p.id not in change.together_ids]
    if total is None or (any(map(homes, others)) and _are_few_homes(others)):
        return ""
    text = _("All the others together would gain {amount}.")
    if side(total) is Side.EVEN:
        text = _("For all the others together, nothing would change.")
    elif total < 0.0:
        text = _("All the others together would lose {amount}.")
    return f"{text.format(amount=to_the_euro(abs(total)))} {_worst(view, change.worst)}".rstrip()


def _are_few_homes(sites: Sequence[Participant]) -> bool:
    """Return whether sites are fewer homes than may be shown together, and nobody else."""
    return all(site.kind in HOMES for site in sites) and sum(map(homes, sites)) < LEAST_HOUSEHOLDS


def _worst(view: View, hit: LargestLoss | None) -> str:
    """Largest loss, of who is named; of another nothing is told."""
    if hit is None or hit.change_eur is None or not loses(hit.change_eur):
        return ""
    who = "" if hit.id in view.result.scenario.moved_ids else _who(view, hit.id)
    amount = to_the_euro(-hit.change_eur)
    return _("Who would lose most: {who}, {amount}.").format(who=who, amount=amount) if who else ""


def _who(view: View, person: str) -> str:
    people = view.result.scenario.participants
    columns = {i for i, p in enumerate(people) if (p.person or p.id) == person}
    if not columns:
        return _("a producer")
    if _are_few_homes([people[i] for i in columns]):
        return ""
    groups = {group.name for group in view.groups if columns.intersection(group.members)}
    if len(groups) == 1:
        return groups.pop()
    return view.named_members.get(person, _("a member of several sites"))
