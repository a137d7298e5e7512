"""The papers to sign, by the words of the command line."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from reports.studies.papers.common import Draft, PaperCase
from reports.studies.papers.consent import consents
from reports.studies.papers.deliberation import deliberations
from reports.studies.papers.derogation import requests
from reports.studies.papers.member import agreements
from reports.studies.papers.operator import letters
from reports.studies.papers.roof import leases
from reports.studies.papers.sale import sales
from reports.studies.papers.statutes import statutes

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
