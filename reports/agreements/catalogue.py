"""The papers to sign, by the words of the command line."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from reports.agreements.common import Draft, PaperCase
from reports.agreements.consent import consents
from reports.agreements.deliberation import deliberations
from reports.agreements.derogation import requests
from reports.agreements.member import agreements
from reports.agreements.operator import letters
from reports.agreements.roof import leases
from reports.agreements.sale import sales
from reports.agreements.statutes import statutes

PAPERS: Mapping[str, Callable[[PaperCase], Iterator[Draft]]] = MappingProxyType(
    {
        "agreement": agreements,
        "sale": sales,
        "deliberation": deliberations,
        "operator": letters,
        "derogation": requests,
        "statutes": statutes,
        "consent": consents,
        "roof": leases,
    }
)
