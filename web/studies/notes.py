"""The notes for who lends, keeps the accounts or connects, among what the screen "Documents" makes."""

from acc.i18n import N_
from web.page_study import PageStudy, brief_kind

# Each is put right after the sheets: the last one is the first of them on the screen.
NOTES = {
    "engineer": brief_kind(N_("Note for the engineer"), "engineer", is_keepers=True),
    "treasurer": brief_kind(N_("Note for the treasurer"), "treasurer", is_keepers=True),
    "lender": brief_kind(N_("Note for the lender"), "lender", is_keepers=True),
}
PAGE = PageStudy(documents=NOTES, after="sheets")
