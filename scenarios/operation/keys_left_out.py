"""What is said of the keys that a folder cannot make: those that it says nothing of in one line."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.keys import KEYS
from acc.scenario import Scenario


def keys_left_out(scenario: Scenario, why: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is said of keys that are not compared, and why, by name."""
    bare = [name for name in why if not scenario.choice(name).parameters]
    message = _("the key {name} is not compared: {why}. Its parameters go to [keys.{name}]")
    told = [message.format(name=name, why=text) for name, text in why.items() if name not in bare]
    if bare:
        title = _("{title} (`{name}`)")
        names = ", ".join(title.format(title=_(KEYS[name].title), name=name) for name in bare)
        told.append(_("Not compared, without parameters in `[keys.NAME]`: {names}.").format(names=names))
    return tuple(told)
