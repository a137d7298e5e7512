"""The register of publications: no document for all tells, beside an earlier one, who did not agree."""

import json
import os
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from multiprocessing import get_context
from multiprocessing.synchronize import Event as EventClass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import cli
from acc.problem import InputError
from acc.sites import Kind, Participant
from profiles.files.atomic_write import locked
from reports.contents import write_contents
from reports.deliver import write_brief, write_run
from reports.register import REGISTER, copied, publish
from reports.view.privacy import public_groups
from reports.view.view import View, view_of
from tests.attacker import isolates
from tests.effort import law
from tests.reports.make import make_result
from tests.test_publish import write

WHOLE = view_of(make_result())
BODIES = [("mairie", Kind.COMMUNE, True), ("ecole", Kind.COMMUNE, True)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def view(*closed: str, named: tuple[str, ...] = (), homes: int = 0, reader: str | None = None) -> View:
    """Return what a document shows of two public bodies, companies by name, a group of homes.

    A name that ends with a star is open to companies alone.
    """
    people = [Participant(id=id_, name=id_.title(), kind=kind, publish=open_) for id_, kind, open_ in BODIES]
    people += [
        Participant(
            id=name.strip("*"),
            name=name.strip("*").upper(),
            kind=Kind.COMPANY,
            publish=name in named,
            publish_to=frozenset({"company"} if "*" in name else ()),
        )
        for name in (*closed, *named)
    ]
    if homes:
        people.append(Participant(id="h", name="Buis", kind=Kind.HOUSEHOLD_GROUP, households=homes))
    scenario = replace(WHOLE.result.scenario, participants=tuple(people), plants=())
    return replace(
        WHOLE, result=replace(WHOLE.result, scenario=scenario), groups=public_groups(scenario, reader)
    )


def make(out: Path, name: str, *views: View) -> Path:
    """Write a document for all of some views."""
    publish(out, out / name, {"brief.pdf": views})
    (out / name).mkdir(parents=True, exist_ok=True)
    (out / name / "brief.pdf").write_bytes(b"")
    return out / name / "brief.pdf"


def test_a_member_who_comes_alone_is_not_told_until_the_first_document_is_gone(out: Path) -> None:
    first = make(out, "three", view("a", "b", "c"))
    with pytest.raises(InputError, match=r"beside out/three/brief\.pdf of ") as refused:
        make(out, "four", view("a", "b", "c", "d"))
    (problem,) = refused.value.problems
    assert "the figures of 1 site (D)" in problem.message
    assert problem.message.endswith("delete it and ask again: out/three/brief.pdf")
    assert not (out / "four").exists()
    first.unlink()
    make(out, "four", view("a", "b", "c", "d"))
    make(out, "again", view("a", "b", "c", "d"))


def test_who_leaves_alone_is_not_told_either_and_its_name_is_not_known(out: Path) -> None:
    make(out, "four", view("a", "b", "c", "d"))
    with pytest.raises(InputError, match=r"of 1 site\. Ways out"):
        make(out, "three", view("a", "b", "c"))


@pytest.mark.parametrize(
    ("second", "is_made"),
    [
        (view("a", "b", "c"), True),
        (view("a", "b", "c", named=("d",)), True),
        (view("a", "b", "c", "d", "e"), False),
        (view("a", "b", "c", "d", "e", "f"), True),
    ],
)
def test_three_together_and_who_agreed_may_come(second: View, is_made: bool, out: Path) -> None:
    make(out, "first", view("a", "b", "c"))
    if is_made:
        make(out, "second", second)
        return
    with pytest.raises(InputError, match="3 who did not agree, or 10 homes"):
        make(out, "second", second)


@pytest.mark.parametrize(("count", "is_made"), [(11, False), (19, False), (20, True)])
def test_homes_that_come_are_ten_at_least(count: int, is_made: bool, out: Path) -> None:
    make(out, "first", view(homes=10))
    if is_made:
        make(out, "second", view(homes=count))
        return
    with pytest.raises(InputError, match="counted_below_ten"):
        make(out, "second", view(homes=count))


def test_a_reader_to_whom_one_more_is_open_does_not_learn_of_two_others(out: Path) -> None:
    make(out, "all", view("a", "b", "c*"))
    with pytest.raises(InputError, match="of 2 sites"):
        make(out, "companies", view("a", "b", "c*", reader="company"))
    make(out / "more", "all", view("a", "b", "d", "c*"))
    make(out / "more", "companies", view("a", "b", "d", "c*", reader="company"))


def test_scenarios_of_one_document_do_not_tell_one_another(out: Path) -> None:
    with pytest.raises(InputError, match=r"side by side.*1 site \(D\)"):
        make(out, "both", view("a", "b", "c"), view("a", "b", "c", "d"))
    assert not (out / REGISTER).exists()


def test_a_copy_counts_as_long_as_it_is_there(out: Path) -> None:
    first = make(out, "three", view("a", "b", "c"))
    copy = out / "documents" / "brief.pdf"
    copied(out, {first: copy})
    copy.parent.mkdir()
    first.rename(copy)
    with pytest.raises(InputError, match=r"documents/brief\.pdf"):
        make(out, "four", view("a", "b", "c", "d"))
    copy.unlink()
    make(out, "four", view("a", "b", "c", "d"))


def test_the_register_names_nobody_tells_no_figure_and_is_not_in_the_contents(out: Path) -> None:
    make(out, "three", view("abricot", "brugnon", "cerise", homes=12))
    text = (out / REGISTER).read_text()
    assert not any(name in text.lower() for name in ("abricot", "mairie", "brugnon", "buis"))
    (files, rows, named, sites) = json.loads(text)["documents"][0]
    assert list(files) == ["three/brief.pdf"]
    assert (len(rows), len(named), len(sites)) == (4, 3, 6)
    assert REGISTER not in (write_contents(out) or out).read_text()


@pytest.mark.parametrize(
    "text", ["{}", "", "[" * 100_000, '{"signature": "%s", "documents": []}\n' % ("0" * 64)]
)
def test_a_register_that_this_user_did_not_write_is_refused_with_the_way_out(text: str, out: Path) -> None:
    out.mkdir()
    (out / REGISTER).write_text(text)
    with pytest.raises(InputError, match=r"registre.json: .*another computer.*--out"):
        make(out, "three", view("a", "b", "c"))
    assert (out / REGISTER).read_text() == text
    copied(out, {out / "a": out / "b"})


def test_a_register_changed_by_hand_is_refused(out: Path) -> None:
    make(out, "three", view("a", "b", "c"))
    path = out / REGISTER
    path.write_text(path.read_text().replace("three/", "third/"))
    with pytest.raises(InputError, match="changed by hand"):
        make(out, "four", view("a", "b", "c", "d"))


def test_a_run_enters_nothing_and_a_brief_with_its_data_is_refused_where_they_would_tell_who_came(
    out: Path,
) -> None:
    people = tuple(replace(p, publish=p.kind is not Kind.COMPANY) for p in WHOLE.result.scenario.participants)
    scenario = replace(WHOLE.result.scenario, participants=people)
    fewer = replace(scenario, participants=tuple(p for p in people if p.id != "cave"))
    result, before = (replace(WHOLE.result, scenario=one) for one in (scenario, fewer))
    write_run(result, out / "run", force=False)
    assert not (out / REGISTER).exists()
    first = make(out, "first", replace(WHOLE, result=before, groups=public_groups(fewer)))
    with pytest.raises(InputError, match=r"beside out/first/brief\.pdf"):
        write_brief(result, out / "second")
    assert not (out / "second").exists()
    first.unlink()
    assert "results-public.json" in {path.name for path in write_brief(result, out / "second")}


CLOSED = [f"c{n}" for n in range(7)]


@st.composite
def shared(draw: st.DrawFn) -> View:
    """Return what a document shows of some members of an operation: a run, a variant, another reader."""
    there = [name for name in CLOSED if draw(st.booleans())]
    agreed = {name for name in there if draw(st.integers(0, 5)) == 0}
    stars = {name for name in there if name not in agreed and name in ("c5", "c6")}
    people = [f"{name}*" if name in stars else name for name in there if name not in agreed]
    homes = draw(st.sampled_from([0, 0, 12, 15, 24]))
    reader = draw(st.sampled_from([None, None, "company"]))
    return view(*people, named=tuple(sorted(agreed)), homes=homes, reader=reader)


def attacked(views: list[View]) -> list[frozenset[str]]:
    """Return the members whom somebody who has all these documents finds, one or two together."""
    ids = sorted({p.id for one in views for p in one.result.scenario.participants})
    columns = {id_: place for place, id_ in enumerate(ids)}
    rows = []
    for one in views:
        people = one.result.scenario.participants
        rows += [[columns[people[i].id] for i in group.members] for group in one.groups]
    named = {ids[row[0]] for row in rows if len(row) == 1}
    hidden = [id_ for id_ in ids if id_.startswith("c") and id_ not in named]
    sets = [frozenset(some) for count in (1, 2) for some in combinations(hidden, count)]
    return [some for some in sets if isolates(rows, len(ids), [columns[id_] for id_ in some], total=False)]


@law(60)
@given(st.lists(st.tuples(shared(), st.sets(st.integers(0, 6), max_size=2)), min_size=2, max_size=7))
def test_who_has_every_document_that_is_left_finds_nobody(made: list[tuple[View, set[int]]]) -> None:
    with TemporaryDirectory() as folder:
        out, left = Path(folder) / "out", dict[int, tuple[Path, View]]()
        for number, (one, deleted) in enumerate(made):
            for gone in deleted & left.keys():
                left.pop(gone)[0].unlink()
            with suppress(InputError):
                left[number] = make(out, str(number), one), one
        assert left
        assert attacked([one for _path, one in left.values()]) == []


def first_to_enter(out: Path, entered: EventClass, named: EventClass) -> None:
    """Enter a document in a process of its own, and write it once another process has tried."""
    publish(out, out / "three", {"brief.pdf": [view("a", "b", "c")]})
    entered.set()
    named.wait(1.0)  # the other one waits for this one
    (out / "three").mkdir(parents=True, exist_ok=True)
    (out / "three" / "brief.pdf").write_bytes(b"")


def test_a_second_process_waits_for_what_the_first_one_writes(out: Path) -> None:
    made = get_context("spawn")
    entered, named = made.Event(), made.Event()
    first = made.Process(target=first_to_enter, args=(out, entered, named))
    first.start()
    assert entered.wait(60.0)
    with pytest.raises(InputError, match=r"beside out/three/brief\.pdf"):
        publish(out, out / "four", {"brief.pdf": [view("a", "b", "c", "d")]})
    first.join()


def test_a_folder_that_another_process_keeps_is_told(out: Path) -> None:
    held = locked(out)
    try:
        with pytest.raises(InputError, match="another command makes documents there"):
            locked(out, 0.1)
    finally:
        os.close(held)
    os.close(locked(out, 0.1))
    assert list(out.iterdir()) == []


def acc(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments), "--lang", "en"], catch_exceptions=False)


@pytest.mark.slow
def test_a_figure_is_refused_until_the_way_out_and_a_run_never_is(tmp_path: Path) -> None:
    rows = [("Mairie", "commune", "", ""), *((name, "company", "", "") for name in ("Aa", "Bb", "Cc"))]
    folder = write(tmp_path / "op", *rows)
    figure = ("brief", folder, "--figure", "flow")
    assert acc("run", folder).exit_code == 0
    assert acc(*figure).exit_code == 0
    (made,) = folder.glob("out/*/flow.png")
    write(folder, *rows, ("Dd", "company", "", ""))
    assert acc("run", folder).exit_code == 0
    refused = acc(*figure)
    assert refused.exit_code == 1
    assert made.relative_to(folder / "out").as_posix() in refused.stderr
    made.unlink()
    assert acc(*figure).exit_code == 0
