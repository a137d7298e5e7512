"""The register of publications: no document for all tells, beside an earlier one, who did not agree."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from acc.problem import InputError
from acc.sites import Kind, Participant
from reports.contents import write_contents
from reports.deliver import write_run
from reports.register import REGISTER, copied, publish
from reports.view.privacy import public_groups
from reports.view.view import View, view_of
from tests.reports.make import make_result
from tests.test_publish import write

WHOLE = view_of(make_result())
BODIES = [("mairie", Kind.COMMUNE, True), ("ecole", Kind.COMMUNE, True)]


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


def test_a_member_who_comes_alone_is_not_told_until_the_first_document_is_gone(tmp_path: Path) -> None:
    first = make(tmp_path, "three", view("a", "b", "c"))
    with pytest.raises(InputError, match=r"beside three/brief\.pdf of ") as refused:
        make(tmp_path, "four", view("a", "b", "c", "d"))
    (problem,) = refused.value.problems
    assert "the figures of 1 site (D)" in problem.message
    assert problem.message.endswith("delete it and ask again: three/brief.pdf")
    assert not (tmp_path / "four").exists()
    first.unlink()
    make(tmp_path, "four", view("a", "b", "c", "d"))
    make(tmp_path, "again", view("a", "b", "c", "d"))


def test_who_leaves_alone_is_not_told_either_and_its_name_is_not_known(tmp_path: Path) -> None:
    make(tmp_path, "four", view("a", "b", "c", "d"))
    with pytest.raises(InputError, match=r"of 1 site\. Ways out"):
        make(tmp_path, "three", view("a", "b", "c"))


@pytest.mark.parametrize(
    ("second", "is_made"),
    [
        (view("a", "b", "c"), True),
        (view("a", "b", "c", named=("d",)), True),
        (view("a", "b", "c", "d", "e"), False),
        (view("a", "b", "c", "d", "e", "f"), True),
    ],
)
def test_three_together_and_who_agreed_may_come(second: View, is_made: bool, tmp_path: Path) -> None:
    make(tmp_path, "first", view("a", "b", "c"))
    if is_made:
        make(tmp_path, "second", second)
        return
    with pytest.raises(InputError, match="3 who did not agree, or 10 homes"):
        make(tmp_path, "second", second)


@pytest.mark.parametrize(("count", "is_made"), [(11, False), (19, False), (20, True)])
def test_homes_that_come_are_ten_at_least(count: int, is_made: bool, tmp_path: Path) -> None:
    make(tmp_path, "first", view(homes=10))
    if is_made:
        make(tmp_path, "second", view(homes=count))
        return
    with pytest.raises(InputError, match="counted_below_ten"):
        make(tmp_path, "second", view(homes=count))


def test_a_reader_to_whom_one_more_is_open_does_not_learn_of_two_others(tmp_path: Path) -> None:
    make(tmp_path, "all", view("a", "b", "c*"))
    with pytest.raises(InputError, match="of 2 sites"):
        make(tmp_path, "companies", view("a", "b", "c*", reader="company"))
    make(tmp_path / "four", "all", view("a", "b", "d", "c*"))
    make(tmp_path / "four", "companies", view("a", "b", "d", "c*", reader="company"))


def test_scenarios_of_one_document_do_not_tell_one_another(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"side by side.*1 site \(D\)"):
        make(tmp_path, "both", view("a", "b", "c"), view("a", "b", "c", "d"))
    assert not (tmp_path / REGISTER).exists()


def test_a_copy_counts_as_long_as_it_is_there(tmp_path: Path) -> None:
    first = make(tmp_path, "three", view("a", "b", "c"))
    copy = tmp_path / "documents" / "brief.pdf"
    copied(tmp_path, {first: copy})
    copy.parent.mkdir()
    first.rename(copy)
    with pytest.raises(InputError, match=r"documents/brief\.pdf"):
        make(tmp_path, "four", view("a", "b", "c", "d"))
    copy.unlink()
    make(tmp_path, "four", view("a", "b", "c", "d"))


def test_the_register_names_nobody_tells_no_figure_and_is_not_in_the_contents(tmp_path: Path) -> None:
    make(tmp_path, "three", view("abricot", "brugnon", "cerise", homes=12))
    text = (tmp_path / REGISTER).read_text()
    assert not any(name in text.lower() for name in ("abricot", "mairie", "brugnon", "buis"))
    (files, rows, named, sites) = json.loads(text)["documents"][0]
    assert list(files) == ["three/brief.pdf"]
    assert (len(rows), len(named), len(sites)) == (4, 3, 6)
    assert REGISTER not in (write_contents(tmp_path) or tmp_path).read_text()


@pytest.mark.parametrize(
    "text", ["{}", "", "[" * 100_000, '{"signature": "%s", "documents": []}\n' % ("0" * 64)]
)
def test_a_register_that_this_user_did_not_write_is_refused_with_the_way_out(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / REGISTER).write_text(text)
    with pytest.raises(InputError, match=r"registre.json: .*another computer.*--out"):
        make(tmp_path, "three", view("a", "b", "c"))
    assert (tmp_path / REGISTER).read_text() == text
    copied(tmp_path, {tmp_path / "a": tmp_path / "b"})


def test_a_register_changed_by_hand_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "three", view("a", "b", "c"))
    path = tmp_path / REGISTER
    path.write_text(path.read_text().replace("three/", "third/"))
    with pytest.raises(InputError, match="changed by hand"):
        make(tmp_path, "four", view("a", "b", "c", "d"))


def test_a_run_leaves_out_what_all_may_read_where_it_would_tell_who_came(tmp_path: Path) -> None:
    people = tuple(replace(p, publish=p.kind is not Kind.COMPANY) for p in WHOLE.result.scenario.participants)
    scenario = replace(WHOLE.result.scenario, participants=people)
    fewer = replace(scenario, participants=tuple(p for p in people if p.id != "cave"))
    before = replace(WHOLE.result, scenario=fewer)
    first = make(tmp_path, "first", replace(WHOLE, result=before, groups=public_groups(fewer)))
    result = replace(WHOLE.result, scenario=scenario)
    written, notes = write_run(result, tmp_path / "second", force=False)
    assert "results-public.json is not written: beside first/brief.pdf" in notes[0]
    assert "results-public.json" not in {path.name for path in written}
    first.unlink()
    written, notes = write_run(result, tmp_path / "second", force=False)
    assert (notes, "results-public.json" in {path.name for path in written}) == ([], True)


def acc(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [*map(str, arguments), "--lang", "en"], catch_exceptions=False)


@pytest.mark.slow
def test_a_run_leaves_out_what_all_may_read_and_a_figure_is_refused_until_the_way_out(tmp_path: Path) -> None:
    rows = [("Mairie", "commune", "", ""), *((name, "company", "", "") for name in ("Aa", "Bb", "Cc"))]
    folder = write(tmp_path / "op", *rows)
    for _run in range(2):
        made = acc("run", folder)
        assert (made.exit_code, "is not written" in made.stderr) == (0, False)
    (public,) = folder.glob("out/*/results-public.json")
    write(folder, *rows, ("Dd", "company", "", ""))
    for _run in range(2):
        made = acc("run", folder)
        assert made.exit_code == 0
        assert "results-public.json is not written: beside" in " ".join(made.stderr.split())
    figure = ("brief", folder, "--figure", "flow")
    refused = acc(*figure)
    assert refused.exit_code == 1
    assert public.relative_to(folder / "out").as_posix() in refused.stderr
    public.unlink()
    assert acc(*figure).exit_code == 0
    assert "is not written" not in acc("run", folder).stderr
    assert len([*folder.glob("out/*/results-public.json")]) == 1
