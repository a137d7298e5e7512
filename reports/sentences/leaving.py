"""The words of entry and exit: who takes what along in a brief, what it changes to leave in a sheet."""

from gettext import gettext as _
from gettext import ngettext

from acc.departures.entry_exit import Change, LargestLoss
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.i18n import semicolons
from acc.sides import Side, loses, side
from reports.format.money import to_the_euro
from reports.format.numbers import fr, percent
from reports.view.own_bill import bill_ratio, own_plants
from reports.view.selection import MOST_LEAVERS, drawn_leavers, leavers, lost_kwh
from reports.view.view import View


def change_by_leaving(view: View, site: str) -> Change | None:
    """Change from the departure of a site; None where not computed."""
    return next((change for change in view.result.leaving if change.id == site), None)


def leaving_caption(view: View) -> str:
    """Caption of the figure, and rows drawn."""
    sentences = [
        _("Energy no longer shared if it leaves, under the key of the folder.")
        if leavers(view)[0][1].others_change_eur is None
        else _("Energy no longer shared if it leaves, and what all the others then gain or lose.")
    ]
    count, shown = len(leavers(view)), len(drawn_leavers(view))
    if count > shown:
        text = _("The {shown} that matter most are shown, of {count}.")
        if shown < MOST_LEAVERS:
            text = ngettext(
                "Of {count} sites, {shown} alone would take some along.",
                "Of {count} sites, {shown} would take some along.",
                shown,
            )
        sentences.append(text.format(shown=fr(shown), count=fr(count)))
    return " ".join(sentences)


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
    holder = view.holder
    change = next((c for c in view.result.persons_leaving if holder and c.id == holder.id), None)
    if change is not None:
        return [item for item in (_shared(view, change), _own(view, change), _others(view, change)) if item]
    if view.result.persons_leaving:
        return [_("Not computed: the key cannot be made without you.")]
    return [_("Not computed in this sheet: each case would have to be run again.")]


def _shared(view: View, change: Change) -> str:
    lost, surplus = lost_kwh(change), change.surplus_change_kwh
    scale = view.scale.finest(lost)
    if scale.plain(lost) == scale.plain(0.0):
        return _("What is shared would stay the same.")
    rounded = round(scale.value(lost), scale.decimals)
    part = percent(lost / change.before_kwh, 1)
    if part == percent(0.0, 1):
        part = _("less than {part}").format(part=percent(0.001, 1))
    lost_text = ngettext(
        "{energy} would no longer be shared {period} ({part})",
        "{energy} would no longer be shared {period} ({part})",
        1 if rounded < 2.0 else 2,
    ).format(energy=scale.text(lost), period=view.period, part=part)
    moved = scale.text(abs(surplus))
    if surplus > 0.0 and moved == scale.text(lost):
        return _("{gone}: it would be surplus.").format(gone=lost_text)
    if moved == scale.text(0.0):
        return _("{gone}.").format(gone=lost_text)
    text = _("{gone}; the surplus would grow by {surplus}.")
    if surplus < 0.0:
        text = _("{gone}; the surplus would shrink by {surplus}.")
    return text.format(gone=lost_text, surplus=moved)


def _own(view: View, change: Change) -> str:
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
    text = ngettext(
        "You would lose {amount} by sharing no more; your plant would sell all it injects as surplus.",
        "You would lose {amount} by sharing no more; your plants would sell all they inject as surplus.",
        len(own_plants(view)),
    )
    return text.format(amount=amount)


def _others(view: View, change: Change) -> str:
    """Gain or loss of all others together, with the largest loss where it may be shown."""
    total = change.others_change_eur
    if total is None or _only_a_home(view, change):
        return ""
    amount = to_the_euro(abs(total))
    if side(total) is Side.EVEN:
        text = _("For all the others together, nothing would change.")
    elif total < 0.0:
        text = _("All the others together would lose {amount}.").format(amount=amount)
    else:
        text = _("All the others together would gain {amount}.").format(amount=amount)
    return f"{text} {_worst(view, change.worst)}".rstrip()


def _only_a_home(view: View, change: Change) -> bool:
    """Return whether the others are fewer homes than may be shown together, and nobody else."""
    others = [p for p in view.result.scenario.participants if p.id not in change.together_ids]
    return all(p.kind in HOMES for p in others) and 0 < sum(homes(p) for p in others) < LEAST_HOUSEHOLDS


def _worst(view: View, hit: LargestLoss | None) -> str:
    """Largest loss: a public body by name, others without, a home not at all."""
    if hit is None or hit.change_eur is None or not loses(hit.change_eur):
        return ""
    who = _who(view, hit.id)
    amount = to_the_euro(-hit.change_eur)
    return _("Who would lose most: {who}, {amount}.").format(who=who, amount=amount) if who else ""


def _who(view: View, person: str) -> str:
    people = view.result.scenario.participants
    columns = [i for i, p in enumerate(people) if (p.person or p.id) == person]
    if not columns:
        return _("a producer")
    sites = [people[i] for i in columns]
    if all(p.kind in HOMES for p in sites) and sum(homes(p) for p in sites) < LEAST_HOUSEHOLDS:
        return ""
    groups = {group.name for group in view.groups for i in columns if i in group.members}
    return (
        groups.pop() if len(groups) == 1 else view.named_members.get(person, _("a member of several sites"))
    )
