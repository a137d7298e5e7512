"""The words of what one begins from, of files and of the links to members' own pages."""

from collections.abc import Mapping

from acc.i18n import N_

BEGIN: Mapping[str, str] = {
    "begin": N_("Choose an operation"),
    "operations_short": N_("Operations"),
    "elsewhere": N_("The example, another folder…"),
    "new_operation": N_("New operation"),
    "its_name": N_("Its name"),
    "make_it": N_("Make it"),
    "made_in": N_("Its folder is made in"),
    "the_example": N_("The example"),
    "example_text": N_("An invented operation, to look around: a copy that you may change."),
    "copy_example": N_("Open a copy of the example"),
    "open_other": N_("Open another folder"),
    "look_for_it": N_("Look for it among the folders"),
    "folder_above": N_("the folder above"),
    "or_its_path": N_("or its path"),
    "files": N_("Files"),
    "filled_workbook": N_("Download the workbook as it is filled"),
    "member_forms": N_("Forms of the members, to send (.zip)"),
    "arrived_form": N_("File dropped: the answer of a member"),
    "take_answer": N_("Take the answer"),
    "empty_cell": N_("nothing"),
    "own_pages": N_("My sheet, for each member"),
    "own_pages_text": N_(
        "Each address opens the page of one member, and nothing of the others, until {until}, or until the "
        "program stops. Who has it reads it: give each to its member alone."
    ),
    "own_pages_make": N_("Make an address for each member"),
    "lasts": N_("it lasts"),
    "hours": N_("{count} h"),
}
"""Words of what one begins from, of files and of the links to members' own pages."""
