"""The words of the templates, in the language of the moment."""

import re
from collections.abc import Mapping
from functools import cache
from gettext import gettext as _

from scenarios.folder.names import PARTICIPANTS, PERSONS, PLANTS, columns
from scenarios.folder.setting_names import setting_names


@cache
def _titles() -> Mapping[str, str]:
    """Return what people call each column and each setting, by its id."""
    found = {path.rpartition(".")[2]: setting.french for path, setting in setting_names().items()}
    for file in (PERSONS, PLANTS, PARTICIPANTS):
        found |= {id_: one.french for id_, one in columns(file).items()}
    return found


def named(text: str) -> str:
    """Return a sentence of the engine as a page says it: a column by its title, no quote of code.

    >>> named("fill in `supply_until`, or `acc size`")
    'fill in « Fin du contrat de fourniture », or acc size'
    """

    def title(code: re.Match[str]) -> str:
        return f"« {_titles()[code[1]]} »" if code[1] in _titles() else code[1]

    return re.sub(r"`([^`]+)`", title, text)


def page_words() -> dict[str, str]:
    """Return every fixed word of the pages by the name that the templates give it."""
    return {
        "skip": _("Go to the answer"),
        "invented": _("Example – invented data"),
        "donnees": _("Data"),
        "question": _("The question"),
        "seance": _("Meeting"),
        "menu": _("Screens"),
        "prices": _("Prices"),
        "roofs": _("Roofs, battery"),
        "no_plant": _("No plant in this operation."),
        "key": _("Sharing key"),
        "keep": _("Keep…"),
        "keep_anyway": _("Keep all the same"),
        "back": _("Back to the kept one"),
        "undo": _("Undo"),
        "compute": _("Compute"),
        "compared": _("Beside"),
        "folder": _("the folder"),
        "kept_mark": _("(kept)"),
        "fair": _("Between euros and equality"),
        "euros": _("euros"),
        "equality": _("equality"),
        "stale": _("(computed at other prices; anew at rest)"),
        "others": _("Other keys"),
        "from": _("from"),
        "to": _("to"),
        "member": _("Member"),
        "gap": _("difference"),
        "eur": _("€/year"),
        "legend_kept": _("kept"),
        "legend_more": _("more"),
        "legend_less": _("less"),
        "legend_range": _("grey bar: 8 chances in 10"),
        "waiting": _("range: computing…"),
        "computing": _("computing…"),
        "find": _("Find"),
        "a_member": _("a member"),
        "group_by": _("Group by"),
        "sort_by": _("Sort"),
        "effect": _("effect"),
        "kind": _("type"),
        "commune": _("commune"),
        "nothing": _("nothing"),
        "change": _("change"),
        "sunny": _("the sunniest Sunday"),
        "winter": _("a winter day"),
        "a_date": _("a date"),
        "day_shown": _("Day shown"),
        "apart": _("Not in this state"),
        "day_table": _("Hour by hour, kW"),
        "hour": _("Hour"),
        "need": _("Need"),
        "shared": _("shared"),
        "surplus": _("surplus"),
        "map": _("Map of the sites"),
        "remove": _("Remove {name}"),
        "name": _("Name"),
        "present": _("Who was there (optional)"),
        "note": _("What is to be remembered"),
        "keep_now": _("Keep"),
        "in_operation": _("{name}: in the operation"),
        "marks": _("Place"),
        "stopped": _("The program no longer answers, since {clock}."),
        "stopped_text": _("The figures are the last known. Your state is in the address; nothing is lost."),
        "restarted": _("The program was started again."),
        "restarted_text": _(
            "Open the address that it prints: this page then goes on by itself, with your settings."
        ),
        "retry": _("Try again"),
        "last_possible": _("The figures are those of the last possible state."),
        "what_if": _("What if…"),
        "chances_wait": _("Chances: computing…"),
        "chances_ask": _("Compute the chances"),
        "others_set": _("Roofs, key and members are set in"),
        "part_members": _("members"),
        "part_plants": _("plants"),
        "ink_line": _("Black line: 8 chances in 10."),
        "see_table": _("See the table of figures"),
        "tips": _("What would change the answer"),
        "leave_out": _("Remedy: leave it out of the operation"),
        "try": _("try"),
        "saved": _("Saved at {clock}"),
        "nothing_written": _("Nothing was written"),
        "reload": _("Load again"),
        "replace_by": _("Replace by a workbook…"),
        "send": _("Send"),
        "versions": _("Versions"),
        "lines": _("{count} line(s)"),
        "back_to": _("Go back to this one"),
        "no_version": _("No change was made here yet."),
        "keep_value": _("Keep {value}"),
        "put_value": _("Put {value}"),
        "tables": _("Tables"),
        "more_columns": _("See the {count} other columns"),
        "fewer_columns": _("See the usual columns only"),
        "data_empty": _("Nothing yet. Fill in a workbook and drop it here, or type the first line below."),
        "empty_workbook": _("Download the empty workbook"),
        "curve_from": _("Curve"),
        "take_away": _("Take away"),
        "new_line": _("a new line"),
        "save": _("Save"),
        "no_curve": _("No measured curve yet: drop one here."),
        "arrived_curve": _("File dropped: a curve"),
        "arrived_workbook": _("File dropped: a workbook"),
        "arrived_table": _("File dropped: a table"),
        "arrived_unknown": _("This file is not recognised."),
        "curve_said": _("A value every {step} min, from {first} to {last}:"),
        "worst_week": _("The week with most holes"),
        "holes_said": _("{hours} h without a value: filled by the same hours of the weeks beside."),
        "no_hole": _("No hole."),
        "change_said": _("{added} lines more, {removed} fewer, {changed} changed"),
        "comes": _("Comes:"),
        "goes": _("Goes:"),
        "changes": _("Changes:"),
        "settings_change": _("Settings that change: {count}."),
        "nothing_changes": _("It says what the folder says already."),
        "curve_of": _("It is the curve of"),
        "use": _("Use"),
        "replace": _("Replace"),
        "discard": _("Set aside"),
        "drop_here": _("Drop a workbook, a table or a curve here"),
        "or_choose": _("or choose a file"),
        "data_changed": _("The data have changed since this page was made."),
        "operations": _("Which operation?"),
        "empty": _("Nothing to compute yet"),
        "empty_text": _("The folder has faults; mend them, then load this page again."),
    }
