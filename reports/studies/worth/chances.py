"""Which answer the draws of `acc worth` allow: of the folder as it is, of sharing in some form."""

from gettext import gettext as _

from acc.worth.result import Worth

SURE, UNSURE = 0.8, 0.4
"""From the first on sharing is worth it, up to the second it is not; between them nobody can tell."""


def says_yes(worth: Worth) -> bool:
    """Return whether the folder as it is may be told as the choice to make: lawful, and the best of all.

    Whatever connections cost that nobody knows: at their upper figure, and where they have one. Where
    another way to share is the best, the answer is not that of the folder.
    """
    own = worth.own_chance
    is_best = own is not None and own.least_best_ratio >= SURE
    return is_best and _wins(worth) and not depends_on_connection(worth)


def depends_on_connection(worth: Worth) -> bool:
    """Return whether sharing wins where connections that nobody knows cost nothing, perhaps not else."""
    late = worth.connected_sharing_ratio
    unbounded = worth.plan is not None and worth.plan.connection_unbounded_ids
    return _wins(worth) and (late is None or late < SURE or bool(unbounded))


def has_forms(worth: Worth) -> bool:
    """Return whether what wins may be another way to share than the folder as it is."""
    ways = [way for way in worth.distinct if way.total is not None and way.shares]
    return len(ways) > 1 or worth.own_chance is None


def sharing_words(worth: Worth) -> str:
    """Name of the choice that was drawn: the folder alone, or sharing in any form that was compared."""
    return _("sharing in one form or another") if has_forms(worth) else _("sharing")


def is_tinted(worth: Worth) -> bool:
    """Return whether a choice may be shown as the one to make: figures do more than compare."""
    return not worth.status.is_unlawful and not depends_on_connection(worth)


def _wins(worth: Worth) -> bool:
    ratio = worth.sharing_ratio
    return not worth.status.is_unlawful and ratio is not None and ratio >= SURE
