"""The words of the templates, in the language of the moment."""

import re
from collections.abc import Mapping
from functools import cache
from gettext import gettext as _

from acc.i18n import N_
from scenarios.entry.columns.input_columns import columns, sheet_settings
from scenarios.entry.columns.names import PARTICIPANTS, PERSONS, PLANTS
from web.member_words import BEGIN
from web.page_study import page_studies

FRAME: Mapping[str, str] = {
    "skip": N_("Go to the answer"),
    "invented": N_("Example – invented data"),
    "invented_short": N_("Invented data"),
    "donnees": N_("Data"),
    "seance": N_("Meeting"),
    "comparer": N_("Compare"),
    "documents": N_("Documents"),
    "menu": N_("Screens"),
    "stopped": N_("The program no longer answers, since {clock}."),
    "stopped_text": N_(
        "The figures are those of the last calculation. Your settings stay on this page. "
        "Start acc serve again."
    ),
    "restarted": N_("The program was started again."),
    "restarted_text": N_(
        "Open the address that it prints: this page then goes on by itself, with your settings."
    ),
    "failed": N_("The calculation failed: the program is at fault."),
    "failed_text": N_(
        "The figures are the last known; nothing is lost. Undo the last change, or start acc serve again: "
        "the window where it runs says where it failed."
    ),
    "retry": N_("Try again"),
    "stop": N_("Stop"),
    "project": N_("Project"),
    "reload": N_("Load again"),
    "data_changed": N_("The data have changed since this page was made."),
    "operations": N_("Which operation?"),
    "empty": N_("Nothing to compute yet"),
    "empty_asks": N_("At least one member and one plant are missing."),
    "enter_data": N_("Enter the data"),
    "empty_text": N_("The folder has faults; mend them, then load this page again."),
    "last_possible": N_("The figures are those of the last possible state."),
    "computing": N_("computing…"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
    "compute": N_("Compute"),
    "back": N_("Back to the kept one"),
    "back_short": N_("Back"),
    "from": N_("from"),
    "to": N_("to"),
}
"""Words of every screen: the menu, what is pressed everywhere, what is said when nothing can be computed."""

DATA: Mapping[str, str] = {
    "saved": N_("Saved at {clock}"),
    "nothing_written": N_("Nothing was written"),
    "replace_by": N_("Replace by a workbook…"),
    "send": N_("Send"),
    "versions": N_("Versions"),
    "lines": N_("{count} line(s)"),
    "back_to": N_("Go back to this one"),
    "and_more": N_("and {count} more"),
    "keep_value": N_("Keep {value}"),
    "put_value": N_("Put {value}"),
    "tables": N_("Tables"),
    "more_columns": N_("See the {count} other columns"),
    "fewer_columns": N_("See the usual columns only"),
    "data_empty": N_("Nothing yet. Fill in a workbook and drop it here, or type the first line below."),
    "empty_workbook": N_("Download the empty workbook"),
    "curve_from": N_("Curve"),
    "take_away": N_("Take away"),
    "new_line": N_("a new line"),
    "save": N_("Save"),
    "no_curve": N_("No measured curve yet: drop one here."),
    "arrived_curve": N_("File dropped: a curve"),
    "arrived_workbook": N_("File dropped: a workbook"),
    "arrived_table": N_("File dropped: a table"),
    "arrived_unknown": N_("This file is not recognised."),
    "curve_said": N_("A value every {step} min, from {first} to {last}:"),
    "worst_week": N_("The week with most holes"),
    "holes_said": N_("{hours} h without a value: filled by the same hours of the weeks beside."),
    "no_hole": N_("No hole."),
    "change_said": N_("{added} lines more, {removed} fewer, {changed} changed"),
    "comes": N_("Comes:"),
    "goes": N_("Goes:"),
    "changes": N_("Changes:"),
    "settings_change": N_("Settings that change: {count}."),
    "nothing_changes": N_("It says what the folder says already."),
    "curve_of": N_("It is the curve of"),
    "use": N_("Use"),
    "replace": N_("Replace"),
    "discard": N_("Set aside"),
    "drop_here": N_("Drop a workbook, a table or a curve here"),
    "or_choose": N_("or choose a file"),
}
"""Words of the tables."""

MEETING: Mapping[str, str] = {
    "prices": N_("Prices"),
    "roofs": N_("Roofs, battery"),
    "years": N_("Years to come"),
    "announced": N_("What is announced"),
    "announced_only": N_("Only those who may be named are listed here."),
    "no_later_range": N_("no range"),
    "no_plant": N_("No plant in this operation."),
    "key": N_("Sharing key"),
    "keep": N_("Keep…"),
    "keep_anyway": N_("Keep all the same"),
    "compared": N_("Beside"),
    "folder": N_("the folder"),
    "kept_mark": N_("(kept)"),
    "others": N_("Other keys"),
    "member": N_("Member"),
    "gap": N_("difference"),
    "eur": N_("€/year"),
    "legend_kept": N_("kept"),
    "legend_more": N_("more"),
    "legend_less": N_("less"),
    "legend_range": N_("grey bar: 8 chances in 10"),
    "waiting": N_("range: computing…"),
    "unranged": N_("range: failed"),
    "no_range": N_("no range for this key"),
    "at_clock": N_("at {clock}"),
    "last_at": N_("Last calculation, at {clock}"),
    "group": N_("Group"),
    "search": N_("Look for the lawful operations"),
    "searching": N_("Looking, a minute perhaps…"),
    "find": N_("Find"),
    "scale": N_("Scale"),
    "of_bill": N_("% of bill"),
    "pin": N_("Keep in view"),
    "nobody": N_("nobody"),
    "shown_rows": N_("For"),
    "in_a_room": N_("a room"),
    "keeper_alone": N_("See it all the same: for the keeper alone"),
    "one_by_one": N_("the keeper alone, one by one"),
    "a_member": N_("a member"),
    "group_by": N_("Group by"),
    "sort_by": N_("Sort"),
    "effect": N_("effect"),
    "kind": N_("type"),
    "commune": N_("commune"),
    "nothing": N_("nothing"),
    "change": N_("change"),
    "sunny": N_("the sunniest Sunday"),
    "winter": N_("a winter day"),
    "a_date": N_("a date"),
    "day_shown": N_("Day shown"),
    "day_fold": N_("A day"),
    "map_rules": N_("Map and rules"),
    "apart": N_("Not in this state"),
    "day_table": N_("Hour by hour, kW"),
    "hour": N_("Hour"),
    "need": N_("Need"),
    "shared": N_("shared"),
    "surplus": N_("surplus"),
    "map": N_("Map of the sites"),
    "map_loses": N_("loses money"),
    "remove": N_("Remove {name}"),
    "name": N_("Name"),
    "present": N_("Who was there (optional)"),
    "note": N_("What is to be remembered"),
    "keep_now": N_("Keep"),
    "in_operation": N_("{name}: in the operation"),
    "marks": N_("Place"),
}
"""Words of a meeting."""


COMPARER: Mapping[str, str] = {
    "reference": N_("reference"),
    "beside_it": N_("Beside it"),
    "choose_scenarios": N_("Which scenarios?"),
    "compare_now": N_("Set side by side"),
    "one_kept_only": N_("A single scenario: keep another one in"),
    "the_best": N_("the best"),
    "beats": N_("Chances"),
    "reopen": N_("Open again"),
    "link": N_("Link"),
    "copied": N_("Address copied"),
    "discard_asks": N_("Take “{name}” out of the folder?"),
    "put_aside": N_("“{name}” is set aside."),
    "who_was_there": N_("Who was there"),
    "each_gains": N_("What each gains"),
    "axis_of_roots": N_("The axis draws large gains nearer to each other, so that small ones are seen."),
    "better_draws": N_("better, draws"),
    "see_table": N_("See the table of figures"),
    "why_differs": N_("Why “{name}” differs"),
    "cross": N_("Cross keys, powers and prices"),
    "cross_now": N_("Cross"),
    "powers_hint": N_("Powers to try, with / between: 99/199"),
    "prices_hint": N_("Local prices to try, €/MWh"),
}
"""Words of scenarios side by side."""

DOCUMENTS: Mapping[str, str] = {
    "scenario": N_("Scenario"),
    "choose": N_("Choose"),
    "make": N_("Make"),
    "stop_making": N_("Stop"),
    "not_made": N_("Not made."),
    "was_stopped": N_("Stopped."),
    "is_ready": N_("ready."),
    "documents_say_so": N_("Documents say so, and papers have no place to sign."),
    "for_keeper": N_("For whoever keeps the folder"),
    "sheets_are_own": N_("These name members: each sheet goes to its holder alone."),
    "no_document": N_("No document yet."),
    "document": N_("Document"),
    "size": N_("Size"),
    "state": N_("State"),
    "up_to_date": N_("up to date"),
    "changed_since": N_("data changed since"),
    "other_data": N_("The data are no longer those that it was kept with."),
    "what_it_changes": N_("What that changes"),
    "open": N_("Open"),
    "download": N_("Download"),
}
"""Words of the documents."""


TABLES = (FRAME, DATA, MEETING, COMPARER, DOCUMENTS, BEGIN)


@cache
def _titles() -> Mapping[str, str]:
    """Title of each column and each setting, by id."""
    titles = {path.rpartition(".")[2]: setting.french for path, setting in sheet_settings().items()}
    for file in (PERSONS, PLANTS, PARTICIPANTS):
        titles |= {id_: column.french for id_, column in columns(file).items()}
    return titles


def named(text: str) -> str:
    """Return a sentence of the engine as a page says it: a column by its title, no quote of code.

    >>> named("fill in `supply_until`, or `acc size`")
    'fill in « Fin du contrat de fourniture », or acc size'
    """

    def title(code: re.Match[str]) -> str:
        return f"« {_titles()[code[1]]} »" if code[1] in _titles() else code[1]

    return re.sub(r"`([^`]+)`", title, text)


def page_words() -> dict[str, str]:
    """Translate every fixed word of the pages, those of studies too, by its name in the templates."""
    tables = (*TABLES, *(study.words for study in page_studies()))
    return {name: _(text) for table in tables for name, text in table.items()}
