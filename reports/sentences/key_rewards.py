"""What each key compared rewards and whom it hurts, as a table of the comparison."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _

from acc.keys import REWARDS
from acc.keys.rule import Rewards
from reports.format.labels import key_title
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of


def rewards_table(names: Sequence[str]) -> TextTable | None:
    """Return the table of the keys named, in their order; None where nothing is known of any."""
    known = [name for name in names if name in REWARDS]
    if not known:
        return None
    columns = [
        TextColumn(_("Key"), "rest", "left"),
        TextColumn(_("Consuming\nmore at noon")),
        TextColumn(_("Being two\nin place of one")),
        TextColumn(_("A false word\non oneself"), "auto", "left"),
        TextColumn(_("Who receives less\nwhen one enters"), 56, "left"),
    ]
    table = table_of("rewards", columns, [_row(name, REWARDS[name]) for name in known])
    return replace(table, title=_("What each key rewards, and whom it hurts"), note=rewards_note())


def rewards_note() -> str:
    """Note on the table, and property of every key."""
    return _(
        "Where there is not enough for all: does a site receive more kWh by doing so? “No”: in none of the "
        "many groups tried. Under every key one more plant takes kWh from nobody, and an arrival brings none "
        "to those who were there, all together. What a key rewards has to be checked: meters, contracts and "
        "papers of who owns what."
    )


def _row(name: str, rewards: Rewards) -> list[TextCell]:
    return [
        TextCell(key_title(name)),
        TextCell(yes(rewards.consuming)),
        TextCell(yes(rewards.splitting)),
        TextCell(false_word(rewards), "small"),
        TextCell(_(rewards.hurt), "small"),
    ]


def yes(answer: bool) -> str:
    """Say an answer in the language of the reader."""
    return _("yes") if answer else _("no")


def false_word(rewards: Rewards) -> str:
    """Gain from a false statement, with its subject."""
    if rewards.false_word is None:
        return _("nothing to say")
    return _("{what}: yes").format(what=_(rewards.false_word))
