"""Ids that would name who is not to be named, and what the page writes in their place."""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from profiles.files.atomic_write import signing_key
from scenarios.session import PageQuestion

TOKEN = re.compile(r"[^\W_][\w-]*")
"""An id, in a word of a state: `participants.cave.active=true`."""

ONCE = secrets.token_bytes(32)
"""Where this user has no key that lasts: an address is then good until the program ends."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """What stands for each id, both ways: the same from one start to the next, and told by nothing else."""

    shut_by: Mapping[str, str]
    open_by: Mapping[str, str]

    def shut(self, text: str) -> str:
        """Return words of a state, or ids with blanks between, as the page may hold them."""
        return TOKEN.sub(lambda match: self.shut_by.get(match[0], match[0]), text)

    def opened(self, text: str) -> str:
        """Return words of a page as the engine knows them."""
        return TOKEN.sub(lambda match: self.open_by.get(match[0], match[0]), text)

    def shut_name(self, name: str | None) -> str:
        """Pseudonym of a kept scenario whose name identifies somebody."""
        return self.shut_by.get(name or "", name or "")

    def shut_state(self, question: PageQuestion) -> PageQuestion:
        """Return a state as an address may hold it."""
        return _words(question, self.shut, self.shut_by)

    def opened_state(self, question: PageQuestion) -> PageQuestion:
        """Return the state that an address holds."""
        return _words(question, self.opened, self.open_by)


def _words(question: PageQuestion, turn: Callable[[str], str], names: Mapping[str, str]) -> PageQuestion:
    sets, without, powers = (tuple(map(turn, w)) for w in (question.sets, question.without, question.powers))
    variant = names.get(question.variant or "", question.variant)
    return replace(question, sets=sets, without=without, powers=powers, variant=variant)


def opaque(ids: Iterable[str]) -> Opaque:
    """Pseudonyms of ids, and of names of kept scenarios."""
    key = signing_key() or ONCE
    shut = {id_: "s" + hmac.new(key, b"page\0" + id_.encode(), "sha256").hexdigest()[:12] for id_ in ids}
    return Opaque(shut, {pseudonym: id_ for id_, pseudonym in shut.items()})
