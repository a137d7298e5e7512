"""The reading of a folder goes one way: a module imports those of former steps, or above it in its step."""

from tests.architecture.test_rooms import MODULES, imported

ROOM = "scenarios.entry.folder"
STEPS = (
    ("mask", "sheets", "headers", "xlsx_tables", "raw", "settings", "question", "phrases", "fault_location"),
    ("site_rows", "sections", "change_uses", "changes"),
    ("checks",),
    ("build", "load"),
    ("differences", "xlsx_edit", "put"),
)


def test_each_module_of_the_folder_is_in_a_step_and_its_docstring_names_it() -> None:
    listed = [name for step in STEPS for name in step]
    assert sorted(f"{ROOM}.{name}" for name in listed) == sorted(
        m for m in MODULES if m.startswith(f"{ROOM}.")
    )
    text = MODULES[ROOM].read_text(encoding="utf-8")
    places = [text.index(f"`{name}`") for name in listed]
    assert places == sorted(places), "the docstring of the room names them in the order of the steps"


def test_a_step_imports_the_former_ones_alone() -> None:
    order = {f"{ROOM}.{name}": place for place, name in enumerate(name for step in STEPS for name in step)}
    climbs = [
        f"{module} imports {other}"
        for module, place in order.items()
        for other in imported(MODULES[module])
        if order.get(other, -1) > place
    ]
    assert not climbs, "\n".join(climbs)
