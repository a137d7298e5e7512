"""The papers to sign, among what the screen "Documents" makes."""

from acc.i18n import N_
from web.page_study import MadeKind, PageStudy

PAGE = PageStudy(
    documents={"papers": MadeKind(N_("Papers to sign"), "DOCX, PDF", ("papers",), is_keepers=True)},
    after="sheets",
)
