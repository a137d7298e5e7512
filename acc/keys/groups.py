"""Groups in the parameters of a key: all sites of a person, all sites of a kind, `*` for the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from acc.arrays import CellValue, KeyParameters
from acc.keys.rule import KeyContext
from acc.sites import Kind, Participant

OTHERS = "*"


def with_sites(parameters: KeyParameters, context: KeyContext) -> KeyParameters:
    """Return the parameters where each group is replaced by its sites.

    A site named by its id is taken by no group; a person comes before a kind, and `*` takes whom nothing else
    names. Every site of a group has its weight; a share is that of the group, parted equally.
    """
    replaced = dict(parameters)
    ranks, weights, shares = (parameters.get(name) for name in ("ranks", "weights", "shares"))
    if isinstance(ranks, list | tuple) and all(isinstance(group, list | tuple) for group in ranks):
        sites = _sites([str(name) for group in ranks for name in group], context)
        replaced["ranks"] = [[s for name in group for s in sites.get(str(name), (name,))] for group in ranks]
    if isinstance(weights, Mapping):
        sites = _sites(weights, context)
        replaced["weights"] = {s: value for name, value in weights.items() for s in sites.get(name, (name,))}
    if isinstance(shares, Mapping):
        sites = _sites(shares, context)
        replaced["shares"] = {
            site: _parted(value, len(sites.get(name, (name,))))
            for name, value in shares.items()
            for site in sites.get(name, (name,))
        }
    return replaced


def _parted(value: CellValue, count: int) -> CellValue:
    if count > 1 and isinstance(value, int | float) and not isinstance(value, bool):
        return value / count
    return value


def _sites(names: Iterable[str], context: KeyContext) -> Mapping[str, Sequence[str]]:
    """Return the sites of each name that is a group; what is none stays out, and is judged by the key."""
    names = list(dict.fromkeys(names))
    known = {p.id for p in context.participants} | context.inactive_ids - _persons(context)
    taken = {name for name in names if name in known}
    sites_of: dict[str, Sequence[str]] = {}
    for groups, belongs in _groups(context):
        for name in names:
            if name in groups and name not in taken and name not in sites_of:
                own = [p.id for p in context.participants if belongs(p, name) and p.id not in taken]
                sites_of[name] = own
                taken |= set(own)
    return sites_of


def _groups(
    context: KeyContext,
) -> tuple[tuple[Iterable[str], Callable[[Participant, str], bool]], ...]:
    """Return the names of groups, the narrowest first, and who belongs to one."""
    return (
        (_persons(context), lambda site, name: site.person == name),
        (tuple(str(kind) for kind in Kind), lambda site, name: site.kind == name),
        ((OTHERS,), lambda _site, _name: True),
    )


def _persons(context: KeyContext) -> set[str]:
    return {p.person for p in context.participants if p.person}
