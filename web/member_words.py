"""The words of the screen "Membres", and of the links to members' own pages."""

from collections.abc import Mapping

from acc.i18n import N_

MEMBERS: Mapping[str, str] = {
    "membres": N_("Members"),
    "who_brings": N_("Who brings what"),
    "members_take": N_("Each member is left out in turn, then in every order: it takes some seconds."),
    "stop": N_("Stop"),
    "stopped_here": N_("Stopped: nothing was computed."),
    "brings_mwh": N_("brings, MWh"),
    "brings_eur": N_("brings, €"),
    "key_gives_eur": N_("by sharing alone, €"),
    "has": N_("has"),
    "shapley": N_(
        "Brings: what this member adds, on average over every order in which they could come (Shapley value)."
    ),
    "could_come": N_("Could come"),
    "nobody_waits": N_("Nobody: a line that is not ticked in the data would be a candidate."),
    "invite_order": N_("In which order to invite them"),
    "holds_together": N_("Does the key hold them together?"),
    "if_one_leaves": N_("If one leaves"),
    "person_leaves": N_("A member with all its sites and plants"),
    "site_leaves": N_("One site or one plant"),
    "who_leaves": N_("Who leaves"),
    "shared_mwh": N_("shared, MWh"),
    "others_eur": N_("the others, €"),
    "hit_worst": N_("hit worst"),
}

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
