"""The workbook of the results, among what the screen "Documents" makes."""

from acc.i18n import N_
from web.page_study import MadeKind, PageStudy

PAGE = PageStudy(
    documents={"workbook": MadeKind(N_("Workbook of the results"), "Excel", ("brief", "--format", "xlsx"))},
    after="scenarios",
)
