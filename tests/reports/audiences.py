"""Every audience of the brief, those of the installed studies too."""

from reports.documents.brief import AUDIENCES
from scenarios.study import study_modules

EVERY_AUDIENCE = dict(AUDIENCES)
for module in study_modules("reports.studies", "documents"):
    EVERY_AUDIENCE |= getattr(module, "AUDIENCES", {})
