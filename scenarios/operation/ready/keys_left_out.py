"""What is said of keys whose parameters a folder has wrong; of those that it says nothing of, nothing."""

from collections.abc import Mapping
from gettext import gettext as _

from acc.keys import KEYS
from acc.scenario import Scenario


def keys_left_out(scenario: Scenario, why: Mapping[str, str]) -> tuple[str, ...]:
    """Messages on keys left out of the comparison; `why` is by name."""
    message = _("{title} (`{name}`) is not compared: {why}. Its parameters go to [keys.{name}]")
    return tuple(
        message.format(title=_(KEYS[name].title), name=name, why=text)
        for name, text in why.items()
        if scenario.choice(name).parameters
    )
