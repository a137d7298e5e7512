"""Names of files that every system takes."""

import re

RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever follows a dot (Microsoft, "Naming Files, Paths, Namespaces")."""


def usable(name: str) -> str:
    """Return a name of a file that Windows takes too: of a device, with a dash before its end.

    >>> usable("aux"), usable("CON.pdf"), usable("conseil.pdf")
    ('aux-', 'CON-.pdf', 'conseil.pdf')
    """
    return RESERVED.sub(lambda match: f"{match[0]}-", name, count=1) if RESERVED.match(name) else name
