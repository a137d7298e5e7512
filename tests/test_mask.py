"""Moved data: nobody finds a closed member from what others read, and everybody finds its own.

The attacker has the program, every input but the needs of the closed members, and what the shared files of
an operation print under every key: it runs the program until all rows agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import least_squares

from acc.arrays import FloatArray
from acc.changes import DatedChange, What
from acc.kept_bill import KeptBill
from acc.keys import KEYS
from acc.problem import InputError
from acc.result.lawful_plan import LawfulPlan, PlannedPerson
from acc.result.moved import MovedData
from acc.result.moved_gaps import bound_of
from acc.result.result import Result
from acc.scenario import FlexibleLoad
from acc.sides import loses
from acc.sites import LoadSource
from commands.command import Request
from commands.computing import own_results, shared
from reports.sentences.moved import moved_notes, moved_text
from reports.sheets import write_sheets
from reports.view.view import KeyView, View, holder_of, sheet_view_of, view_of
from scenarios.entry.folder import mask
from scenarios.entry.folder.mask import KWH_MOVED, MARK, PRICE_MOVED, SECRET, Mask, masked, ratio
from scenarios.entry.folder.settings import read_setting
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import RunParts, run
from tests.effort import kept, law
from tests.operations import member, plant, scenario

DAY = date(2026, 9, 1)
SETTINGS = """[operation]
name = "Essai"
start = 2025-06-02
end = 2025-06-29
rates_on = 2026-09-01

[prices]
local_eur_per_mwh = 90.0
surplus = "oa-2026-06"
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
toit;Toit;ecole;44,8575;0,4048;24340;110;20;180
halle;Halle;mairie;44,8575;0,4048;24340;60;20;100
"""
HEAD = "id;name;kind;publish;latitude;longitude;insee;profile;annual_kwh;kva;turpe;supply_eur_per_mwh"
OPEN = (
    ("mairie", "commune", "", "town-hall", 45_317),
    ("ecole", "commune", "", "primary-school", 61_733),
    ("piscine", "epci", "", "swimming-pool", 181_119),
    ("scierie", "company", "oui", "workshop", 123_457),
)
CLOSED = (
    ("forge", "company", "", "workshop", 96_430),
    ("boulangerie", "company", "", "hotel-restaurant", 58_210),
    ("marche", "company", "", "supermarket", 143_800),
    ("bureau", "company", "", "office", 71_940),
)
IDS = tuple(row[0] for row in CLOSED)


def write(folder: Path, closed: Sequence[tuple[str, str, str, str, float]] = CLOSED) -> Path:
    """Write an operation in which some did not agree."""
    folder.mkdir(parents=True)
    (folder / "operation.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    lines = [
        f"{id_};{id_.title()};{kind};{publish};44,8561;0,4011;24340;{profile};{kwh};36;MU4;150"
        for id_, kind, publish, profile, kwh in (*OPEN, *closed)
    ]
    (folder / "participants.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return folder


def seen(folder: Path, **more: object) -> Result:
    """Return what all read of a folder, under every key that it can make."""
    parts = RunParts(all_keys=True, advice=False)
    return run(folder, ran_on=DAY, parts=parts, mask=Mask(folder), **more)  # type: ignore[arg-type]


def true(folder: Path, **more: object) -> Result:
    return run(folder, ran_on=DAY, parts=RunParts(advice=False), **more)  # type: ignore[arg-type]


def needs(result: Result) -> dict[str, float]:
    people = result.scenario.participants
    return {p.id: float(kwh) for p, kwh in zip(people, result.energy.consumption_kwh, strict=True)}


def plain_keys(view: View) -> list[KeyView]:
    """Return the keys that no price moves: those of closed members are moved too."""
    return [key for key in view.keys if not KEYS[key.name].reads_prices]


def printed(result: Result) -> FloatArray:
    """Return each row that is told under each key, and what each key shares, as files print them, kWh."""
    view = view_of(result)
    unit, digits, keys = view.scale.unit_kwh, view.scale.decimals, plain_keys(view)
    rows = [key.received_kwh[view.order] for key in keys] + [view.need_kwh[view.order]]
    totals = [[key.shared_kwh for key in keys], [view.total_need_kwh]]
    values: FloatArray = np.concatenate([*rows, *map(np.array, totals)])
    return np.round(values / unit, digits) * unit


def attacked(folder: Path, shown: Result) -> dict[str, float]:
    """Return the needs of the closed members, kWh, that make the program print what is shown."""
    operation, _metered = open_operation(folder)
    people = [site.id for site in operation.scenario.participants]
    at, told, rows = [people.index(id_) for id_ in IDS], printed(shown), view_of(shown)
    groups = [list(rows.groups[row].members) for row in rows.order]
    names = [key.name for key in plain_keys(rows)]
    unit_kwh = operation.exchange.consumption_kwh.copy()
    unit_kwh[:, at] /= unit_kwh[:, at].sum(axis=0)

    def simulated(guess: FloatArray) -> FloatArray:
        kwh = unit_kwh.copy()
        kwh[:, at] *= guess
        own = partial(_sums, replace(operation, exchange=replace(operation.exchange, consumption_kwh=kwh)))
        received = [own(name) for name in names]
        each = [np.array([some[group].sum() for group in groups]) for some in (*received, kwh.sum(axis=0))]
        return np.concatenate([*each, np.array([some.sum() for some in received]), [kwh.sum()]])

    start = np.full(len(at), float(view_of(shown).need_kwh.mean()) / 2.0)
    scale = np.maximum(np.abs(told), 1.0) ** 0.5
    fit = least_squares(lambda x: (simulated(np.exp(x)) - told) / scale, np.log(start), diff_step=1e-3)
    return dict(zip(IDS, np.exp(fit.x).tolist(), strict=True))


def _sums(operation: Operation, name: str) -> FloatArray:
    return operation.sums(operation.scenario.choice(name)).received_kwh


def errors(folder: Path, shown: Result) -> list[float]:
    own, found = needs(true(folder)), attacked(folder, shown)
    return [found[id_] / own[id_] - 1.0 for id_ in IDS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("mask") / "op")
    # One secret for all times: two factors drawn are within a thousandth one time in a hundred.
    (folder / SECRET).write_text("7e" * 32, encoding="utf-8")
    return folder


@pytest.mark.parametrize("secret", kept(range(3), range(20)))
def test_who_has_the_program_finds_no_closed_member_within_a_tenth(secret: int, tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    (folder / SECRET).write_text(f"{secret:064x}", encoding="utf-8")
    assert min(map(abs, errors(folder, seen(folder)))) > 0.10


def test_the_same_attack_finds_them_where_nothing_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask, "ratio", lambda *_words: 1.0)
    folder = write(tmp_path / "op")
    assert max(map(abs, errors(folder, seen(folder)))) < 0.02


@law(200)
@given(st.binary(min_size=1), st.sampled_from([KWH_MOVED, PRICE_MOVED]), st.text())
def test_a_factor_lies_between_its_ends_either_way(
    secret: bytes, ends: tuple[float, float], word: str
) -> None:
    assert ends[0] <= abs(ratio(secret, ends, word) - 1.0) <= ends[1] + 1e-12


def test_who_knows_the_law_of_the_factors_can_but_toss_for_the_side() -> None:
    # Of a moved value m, a guess g*m of the true m/f is within a tenth where |g*f - 1| <= 0.1. No other test
    # can ask for more: an estimate that misses m, or a bet on the side, is near by luck every other time.
    low, high = KWH_MOVED
    moves = np.linspace(low, high, 1_001)
    factors = np.concatenate([1.0 - moves, 1.0 + moves])
    guesses = np.linspace(0.5, 2.0, 1_501)
    near = (np.abs(guesses[:, None] * factors - 1.0) <= 0.10).mean(axis=1)
    assert near.max() == pytest.approx(0.5)
    assert near[np.abs(guesses - 1.0) <= 0.015].max() == 0.0  # the moved value itself, two points off


def ratios(result: Result) -> dict[str, float]:
    return {site.id: site.kwh_ratio for site in result.scenario.participants}


def quick(folder: Path, *settings: str) -> Result:
    asked = tuple(read_setting(text, "--set") for text in settings)
    return run(folder, ran_on=DAY, mask=Mask(folder), parts=RunParts(advice=False, gap=False), settings=asked)


def test_a_what_if_that_leaves_the_kwh_as_they_are_draws_no_second_factor(folder: Path) -> None:
    other = quick(folder, "participants.forge.profile=office")
    assert ratios(other) == ratios(quick(folder))


BILL = KeptBill(kwh_by_slot={"hp": 40_000.0, "hc": 21_000.0})
METERED = LoadSource(curve="forge.csv")


def factor(folder: Path, source: LoadSource, bill: KeptBill | None = None) -> float:
    site = replace(member("forge"), publish=False, source=source, bill=bill)
    return masked(scenario([site]), Mask(folder)).participants[0].kwh_ratio


def test_a_bill_that_changes_no_kwh_draws_no_second_factor_of_two_versions_of_a_folder(
    tmp_path: Path,
) -> None:
    # Of two factors on both sides of 1, the mean is known to be near: so long as kWh stay, there is one.
    metered = [(METERED, None), (replace(METERED, annual_kwh=1.0), None), (METERED, BILL)]
    billed = [(LoadSource(profile="office", annual_kwh=61_000.0), None), (LoadSource(profile="office"), BILL)]
    for same in (metered, billed):
        assert len({factor(tmp_path, *given) for given in same}) == 1
    other = [METERED, replace(METERED, curve="other.csv"), replace(METERED, scale_to_kwh=61_000.0)]
    assert len({factor(tmp_path, source) for source in other}) == 3


@pytest.mark.parametrize("secret", range(2))
def test_the_sum_of_the_sites_of_a_person_is_as_far_as_each(tmp_path: Path, secret: int) -> None:
    folder = write(tmp_path / "op")
    (folder / SECRET).write_text(f"{secret:064x}", encoding="utf-8")
    table = folder / "participants.csv"
    head, *rows = table.read_text("utf-8").splitlines()
    owned = [f"{row};{'' if row.split(';')[0] not in IDS else 'groupe'}" for row in rows if row]
    table.write_text("\n".join([f"{head};person", *owned, ""]), encoding="utf-8")
    (folder / "persons.csv").write_text("id;name;kind\ngroupe;Groupe;company\n", encoding="utf-8")
    shown, own = needs(quick(folder)), needs(true(folder))
    gap = sum(shown[id_] for id_ in IDS) / sum(own[id_] for id_ in IDS) - 1.0
    assert abs(gap) >= KWH_MOVED[0] - 1e-9
    # What is put in place of one site may be known: it does not tell the side of the others.
    sides = {
        ratios(quick(folder, f"participants.forge.annual_kwh={kwh}"))["forge"] > 1.0
        for kwh in range(20_000, 90_000, 10_000)
    }
    assert sides == {True, False}
    known = ratios(quick(folder, "participants.forge.annual_kwh=20000"))
    assert {id_: known[id_] for id_ in IDS[1:]} == {id_: ratios(quick(folder))[id_] for id_ in IDS[1:]}


def test_a_what_if_that_all_know_does_not_give_the_factor_away(folder: Path) -> None:
    asked = (read_setting("participants.forge.annual_kwh=100000", "--set"),)
    known, base = (seen(folder, settings=settings) for settings in (asked, ()))
    factor = needs(known)["forge"] / needs(true(folder, settings=asked))["forge"]
    assert abs(needs(base)["forge"] / factor / needs(true(folder))["forge"] - 1.0) > 1e-3


def test_the_kwc_of_a_roof_tells_nothing_of_the_need_behind_its_meter(tmp_path: Path) -> None:
    # Who sees the roof from the street, or tries a power on the page, knows its factor.
    sides, closed = set(), replace(member("forge"), publish=False, source=METERED)
    for secret in range(40):
        (folder := tmp_path / f"{secret}").mkdir()
        (folder / SECRET).write_text(f"{secret:064x}", encoding="utf-8")
        seen = masked(scenario([closed], [plant("toit", behind="forge")]), Mask(folder))
        need, roof = seen.participants[0].kwh_ratio, seen.plants[0].kwp_ratio
        sides.add((need > 1.0, roof > 1.0))
        assert abs(roof - 1.0) <= abs(need - 1.0)  # what the roof leaves of the need is as far
    assert len(sides) == 4


HEAT_PUMP = DatedChange(
    site="forge", what=What.HEAT_PUMP, since=date(2027, 1, 1), kwh=8_000.0, low=6_400.0, high=10_400.0
)
HALVED = DatedChange(site="forge", what=What.SCALE, since=date(2028, 1, 1), ratio=0.5, low=0.4, high=0.7)
COLD = FlexibleLoad(participant="forge", daily_kwh=40.0, power_kw=9.0)


def moved_uses(folder: Path, end: int = 0) -> tuple[float, float, float]:
    """Return the factors of a closed site, of its heat pump to come, and of its cold store."""
    given = {"changes": (HEAT_PUMP, HALVED), "flexible": (COLD,)}
    closed = replace(member("forge"), publish=False, source=METERED)
    shown = masked(scenario([closed], **given), Mask(folder, end=end))
    (pump, halved), (cold,) = shown.changes, shown.flexible
    assert halved == HALVED
    used, stored = pump.kwh / HEAT_PUMP.kwh, cold.daily_kwh / COLD.daily_kwh
    assert (pump.low, pump.high) == pytest.approx((6_400.0 * used, 10_400.0 * used))
    assert cold.power_kw == pytest.approx(9.0 * stored)
    return shown.participants[0].kwh_ratio, used, stored


def test_who_knows_a_use_of_a_closed_member_has_not_the_factor_of_its_need(tmp_path: Path) -> None:
    # A heat pump is in the permit, what a cold store takes a day on its plate.
    sides = set()
    for secret in range(60):
        (folder := tmp_path / f"{secret}").mkdir()
        (folder / SECRET).write_text(f"{secret:064x}", encoding="utf-8")
        factors = moved_uses(folder)
        assert all(KWH_MOVED[0] <= abs(one - 1.0) <= KWH_MOVED[1] for one in factors)
        assert len(set(factors)) == 3
        sides.add(tuple(one > 1.0 for one in factors))
    assert len(sides) == 8


def test_uses_are_moved_back_with_their_site_at_the_ends_of_the_gap(tmp_path: Path) -> None:
    shown = moved_uses(tmp_path)
    for end in (1, -1):
        back = [far / one for far, one in zip(moved_uses(tmp_path, end), shown, strict=True)]
        assert back == pytest.approx([1.0 / (1.0 - end * KWH_MOVED[1])] * 3)


def test_without_a_member_the_difference_is_not_its_need(folder: Path) -> None:
    whole, rest = (
        seen(folder, settings=s) for s in ((), (read_setting("participants.forge.active=false", "--set"),))
    )
    gap = sum(needs(whole).values()) - sum(needs(rest).values())
    assert abs(gap / needs(true(folder))["forge"] - 1.0) >= KWH_MOVED[0] - 1e-9


def test_a_copy_of_the_folder_has_the_same_factors_and_another_folder_has_not(
    folder: Path, tmp_path: Path
) -> None:
    shown = needs(seen(folder))
    copy = Path(copytree(folder, tmp_path / "renamed"))
    again, other = needs(seen(copy)), needs(seen(write(tmp_path / "other")))
    assert again == shown
    assert all(again[id_] != other[id_] for id_ in IDS)


def test_without_the_secret_of_earlier_documents_no_other_one_is_made(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    before = needs(seen(folder))
    kept = (folder / SECRET).read_text("utf-8")
    (folder / SECRET).unlink()
    with pytest.raises(InputError, match=f"{SECRET}.*{MARK}"):
        seen(folder)
    (folder / SECRET).write_text("00" * 32, encoding="utf-8")
    with pytest.raises(InputError, match="another one"):
        seen(folder)
    (folder / SECRET).write_text(kept, encoding="utf-8")
    assert needs(seen(folder)) == before


def test_a_member_reads_its_own_figures_and_moved_ones_of_the_others(folder: Path) -> None:
    own = run(folder, ran_on=DAY, mask=Mask(folder, holder="forge"))
    assert needs(own)["forge"] == needs(true(folder))["forge"]
    assert needs(own)["marche"] == needs(seen(folder))["marche"]
    place = [person.id for person in own.money.persons].index("forge") if own.money else 0
    view = sheet_view_of(own, place)
    assert view.need_kwh[0] == needs(own)["forge"]


def test_where_all_agree_nothing_is_moved_and_no_secret_is_made(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", [(*row[:2], "oui", *row[3:]) for row in CLOSED])
    shown = seen(folder)
    assert needs(shown) == needs(true(folder))
    assert shown.moved is None
    assert moved_text(view_of(shown)) == ""
    assert not (folder / SECRET).exists()


def test_a_lone_closed_company_has_no_row(tmp_path: Path) -> None:
    view = view_of(seen(write(tmp_path / "op", CLOSED[:1])))
    assert {view.groups[row].name for row in view.order} == {row[0].title() for row in OPEN}
    assert view.total_need_kwh > float(view.need_kwh[view.order].sum())


def test_documents_say_whose_data_are_moved_and_how_far_off_their_figures_may_be(folder: Path) -> None:
    shown, own = seen(folder), true(folder)
    assert shown.moved is not None
    text, (note,) = moved_text(view_of(shown)), moved_notes(shown)
    assert text.startswith("4 members did not agree to be shown")
    assert "moved by 12% to 25%" in text
    assert "column publish" in note
    gaps = [
        abs(float(getattr(shown.energy, name).sum()) / float(getattr(own.energy, name).sum()) - 1.0)
        for name in ("consumption_kwh", "received_kwh")
    ]
    assert max(gaps) <= shown.moved.totals_ratio
    for site, kwh, was in zip(
        shown.scenario.participants, shown.energy.received_kwh, own.energy.received_kwh, strict=True
    ):
        if site.id not in IDS and was > 100.0:
            assert abs(kwh / was - 1.0) <= shown.moved.rows_ratio


@pytest.mark.parametrize("ups", kept(["", "12"], ["", "0", "3", "01", "12", "023", "0123"]))
@pytest.mark.parametrize("size", KWH_MOVED)
def test_bounds_are_the_same_whichever_way_the_moved_values_came_from_true_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ups: str, size: float
) -> None:
    # From bounds of the true figures alone, who knows the law of the factors tells their signs apart.
    def bounds(name: str, ratios: Mapping[str, float]) -> MovedData:
        def drawn(_secret: bytes, moved: tuple[float, float], *words: object) -> float:
            return ratios[str(words[0])] if moved == KWH_MOVED else 1.0

        monkeypatch.setattr(mask, "ratio", drawn)
        rows = [(*row[:4], row[4] / ratios[row[0]]) for row in CLOSED]
        other = write(tmp_path / name, rows)
        parts = RunParts(other_keys=("prorata",), advice=False)
        shown = run(other, ran_on=DAY, parts=parts, mask=Mask(other))
        assert shown.moved is not None
        return replace(shown.moved, losers=0, unsure_ids=frozenset())

    ratios = {id_: 1.0 + size if str(n) in ups else 1.0 - size for n, id_ in enumerate(IDS)}
    assert bounds("moved", ratios) == bounds("as if", dict.fromkeys(IDS, 1.0))


@law(200)
@given(st.floats(0.0, 50.0))
def test_a_bound_that_is_told_is_never_below_the_gap(gap: float) -> None:
    assert bound_of([gap]) >= gap


def test_what_is_chosen_and_who_loses_come_from_the_true_figures(folder: Path) -> None:
    parts = RunParts(other_keys=None, advice=False)
    shown, own = (run(folder, ran_on=DAY, parts=parts, mask=m) for m in (Mask(folder), None))
    assert shown.proposal is not None
    assert own.proposal is not None
    assert shown.proposal.name == own.proposal.name
    assert shown.proposal.loser_ids == own.proposal.loser_ids
    assert shown.moved is not None
    assert own.money is not None
    assert shown.moved.losers == sum(loses(person.gain_eur_ht) for person in own.money.persons)


def test_the_printed_digest_is_no_test_of_a_guess(folder: Path) -> None:
    shown, own = seen(folder).provenance, true(folder).provenance
    assert own.printed_digest == own.digest
    assert shown.printed_digest not in {shown.digest, own.digest}


def test_sheets_of_closed_members_stand_on_their_own_data(folder: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def own(holder: object, result: Result) -> Result:
        asked.append(getattr(holder, "id", ""))
        return result

    write_sheets(seen(folder), ["forge"], tmp_path, own=own)
    assert asked == ["forge"]


def test_a_closed_member_reads_of_a_plan_its_own_true_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(forge_eur: float) -> LawfulPlan:
        persons = [
            PlannedPerson(id=id_, name=id_, value_eur=eur, year_eur=eur / 10.0, alone_eur=0.0)
            for id_, eur in (("forge", forge_eur), ("marche", 700.0))
        ]
        return LawfulPlan(operations=(), roofs=(), persons=tuple(persons), outside={}, invested_eur=0.0)

    monkeypatch.setattr("scenarios.kept_plan.kept_plan", lambda _operation, _checks: plan(100.0))
    request = shared(Request(quiet=True, progress=lambda _text: None, folder=folder))
    given = replace(seen(folder), way=plan(120.0))
    result = own_results(request)(holder_of(given, "forge"), given)
    assert result.way is not None
    assert [(person.id, person.value_eur) for person in result.way.persons] == [
        ("forge", 100.0),
        ("marche", 700.0),
    ]
