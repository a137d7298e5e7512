"""Makes the arrays that the cache does not hold: the one door to `profiles`, opened only then."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from gettext import gettext as _
from pathlib import Path

from acc.arrays import FloatArray
from acc.i18n import decimal, each_value
from acc.problem import InputError, Problem, refuse
from acc.result.result import LoadQuality, WeatherUsed
from acc.scenario import Scenario
from acc.sites import Grade, Kind, Participant, Plant, Position
from acc.steps import Steps, count_full_years
from acc.units import mwh
from profiles.curves.by_hour import read_shapes
from profiles.curves.facts import CurveFacts, curve_facts, grade_of, implausible, made_facts
from profiles.curves.read import Curve, read_curve
from profiles.curves.resample import FillPolicy, Resampled, to_steps
from profiles.pv.plant_output import plant_output_kwh, solar_models_text
from profiles.pv.plausibility import plant_notes, study_notes
from profiles.reference.kinds import AddedUse
from profiles.reference.load import added_use_kwh, part_of_need, reference_load
from profiles.weather.read import weather_for
from profiles.weather.sun import zenith_at
from profiles.weather.values import Weather
from scenarios.entry.columns.messages import unknown_word
from scenarios.operation.metering.bill import fitted_load, under_meter, with_bill_total
from scenarios.operation.metering.kept_meters import Made, MadeNotes, Wanted

YEAR_DAYS = (365, 366)
YEAR_HOURS = 8766.0
PUBLISHED_BAND_RATIO = 0.3
"""Half width around a mean of many sites: hypothesis, as wide as that of the reference profiles."""
CLIP_ROUNDS = 6
"""After which an inverter that limits leaves less than a thousandth of what a study says."""
SAID_FROM_RATIO = 0.0005
"""Filled energy below 0.1 % is in the notes of the curve; above, it is a warning of the result."""


class Maker:
    """Makes the loads and outputs of one scenario; the weather is read once for all of them."""

    def __init__(self, scenario: Scenario, curves: Path, position: Position) -> None:
        self.scenario = scenario
        self.curves = curves
        self.position = position
        self._temperatures: dict[Steps, FloatArray | None] = {}

    def made(self, sites: Sequence[Wanted]) -> list[Made | InputError]:
        """Return the array of each site, the weather for None, or its faults."""
        return [self._array_or_fault(site) for site in sites]

    def _array_or_fault(self, site: Wanted) -> Made | InputError:
        try:
            if site is None:
                return self.weather_used()
            if isinstance(site, AddedUse):
                temperature_c = self._temperature_c(self.scenario.steps)
                make = part_of_need if site.is_part else added_use_kwh
                return make(site, self.scenario.steps, temperature_c), MadeNotes()
            if isinstance(site, Plant):
                return self.metered_output(site) if site.curve else self.modelled_output(site)
            return self.metered_load(site) if site.source.curve else self.profile_load(site)
        except InputError as fault:
            return fault

    @cached_property
    def weather(self) -> Weather:
        """The weather year on the operation's steps."""
        return self._weather_on(self.scenario.steps)

    def _weather_on(self, steps: Steps) -> Weather:
        kept = self.curves.parent / "out" / ".weather"
        return weather_for(self.scenario.weather, steps, self.position, self.curves, kept)

    def weather_used(self) -> Made:
        """Return the global irradiance and the weather year in words and figures."""
        weather = self.weather
        used = WeatherUsed(
            source=weather.source,
            ghi_kwh_per_m2=weather.ghi_kwh_per_m2,
            reference=weather.reference,
            models=solar_models_text(),
        )
        return weather.ghi, MadeNotes(weather=used, warnings=tuple(weather.notes))

    def metered_load(self, participant: Participant) -> Made:
        """Return a participant's measured curve on the steps, scaled when the folder asks for it.

        Raises:
            InputError: a curve that cannot be read, used or believed.
        """
        source = with_bill_total(participant).source
        assert source.curve is not None  # the caller has looked
        curve, series = self._curve(source.curve, f"participants.{participant.id}.curve")
        scale_to_kwh = source.scale_to_kwh or (source.annual_kwh if curve.is_normalised else None)
        if curve.is_normalised and scale_to_kwh is None:
            message = _("a normalised curve ({unit}): give annual_kwh to scale it to")
            raise InputError([Problem(f"curves/{source.curve}", message.format(unit=curve.unit))])
        factor = 1.0 if scale_to_kwh is None else scale_to_kwh / _yearly_kwh(series, self.scenario.steps)
        kwh = series.kwh * factor
        # The power of a group of homes is that of one of them, or of none.
        is_group = participant.kind is Kind.HOUSEHOLD_GROUP
        kva = None if is_group else max(participant.contract.subscribed_kva, default=None)
        place = f"participants.{participant.id}.curve"
        problems = implausible(kwh, self.scenario.steps, subscribed_kva=kva, path=place)
        refuse(problems)
        report = grade_of(
            curve, series, annual_kwh=source.annual_kwh if factor == 1.0 else None, subscribed_kva=kva
        )
        words = _("metered curve, {step} min").format(step=series.source_step_minutes)
        if factor != 1.0:
            words += _(", scaled to {mwh:g} MWh a year").format(mwh=mwh(scale_to_kwh or 0.0))
        quality = LoadQuality(
            grade=report.grade,
            source=words,
            filled_ratio=series.filled_ratio,
            step_minutes=series.source_step_minutes,
            band_ratio=report.band_ratio,
            notes=(*curve.notes, *series.notes, *report.reasons, *report.hints),
        )
        warnings = tuple(self._warnings(participant.name, series))
        return kwh, MadeNotes(quality=quality, warnings=warnings, facts=self._facts(curve))

    def metered_output(self, plant: Plant) -> Made:
        """Return a plant's measured production per kWp on the steps."""
        assert plant.curve is not None  # the caller has looked
        curve, series = self._curve(plant.curve, f"plants.{plant.id}.curve")
        warnings = tuple(self._warnings(plant.name, series))
        if plant.p50_kwh_per_kwp is not None:
            warnings += (
                _("{name}: its measured output is taken, not what a study says").format(name=plant.name),
            )
        true_kwp = plant.kwp / plant.kwp_ratio
        return series.kwh / true_kwp, MadeNotes(warnings=warnings, facts=self._facts(curve))

    def profile_load(self, participant: Participant) -> Made:
        """Return the reference profile of a participant without data, fitted to its bill or size.

        Raises:
            InputError: a profile or a size that is not known, a bill that no curve holds.
        """
        known = with_bill_total(participant)
        steps = self.scenario.steps
        kwh, notes = self._profile_on(known, steps)
        assert notes.quality is not None  # every profile has one
        if known.bill is None or not known.bill.shapes_the_load:
            load, sentence = under_meter(known, kwh, steps), _("{name}: {text}")
            doubts = tuple(sentence.format(name=participant.name, text=text) for text in load.doubts)
            quality = replace(notes.quality, notes=(*notes.quality.notes, *load.notes))
            facts = made_facts(load.kwh, steps)
            return load.kwh, replace(notes, quality=quality, warnings=(*notes.warnings, *doubts), facts=facts)
        fitted = fitted_load(known, steps, lambda period: self._profile_on(known, period)[0])
        warnings = (*notes.warnings, *fitted.warnings)
        facts = made_facts(fitted.kwh, steps)
        return fitted.kwh, replace(
            notes, quality=fitted.quality_of(notes.quality), warnings=warnings, facts=facts
        )

    def _profile_on(self, participant: Participant, steps: Steps) -> Made:
        """Return the profile of a participant at its yearly kWh, on the operation's steps or a bill's."""
        source = participant.source
        assert source.profile is not None  # the loader asks for a curve or a profile
        if "#" in source.profile:
            return self._published_load(participant.name, source.profile, source.annual_kwh, steps)
        load = reference_load(
            source.profile,
            steps,
            annual_kwh=source.annual_kwh,
            quantity=source.quantity,
            quantity_unit=source.quantity_unit,
            position=participant.position,
            temperature_c=self._temperature_c(steps),
            seed=self.scenario.weather.seed,
            site_id=participant.id,
        )
        quality = LoadQuality(
            grade=Grade.ESTIMATE if source.annual_kwh is None else Grade.PROFILE,
            source=load.source,
            step_minutes=steps.step_minutes,
            band_ratio=load.band_ratio,
            notes=tuple(load.notes),
        )
        sentence = _("{name}: {text}")
        warnings = tuple(sentence.format(name=participant.name, text=text) for text in load.warnings)
        return load.kwh, MadeNotes(quality=quality, warnings=warnings)

    def _temperature_c(self, steps: Steps) -> FloatArray | None:
        """Return the air temperature of the sky of the operation, None where it has none for these days."""
        if steps == self.scenario.steps:
            return self.weather.temp_air_c
        if steps not in self._temperatures:
            try:
                self._temperatures[steps] = self._weather_on(steps).temp_air_c
            except InputError:  # a file of the days of the operation alone
                self._temperatures[steps] = None
        return self._temperatures[steps]

    def _published_load(self, name: str, profile: str, annual_kwh: float | None, steps: Steps) -> Made:
        """Return a shape published by Enedis (`file.csv#RES1_BASE`), scaled to a bill."""
        file, _hash, shape_name = profile.partition("#")
        where = f"curves/{file}"
        shapes = read_shapes(self.curves / file, where)
        if shape_name not in shapes:
            raise InputError([Problem(where, unknown_word(shape_name, tuple(shapes)))])
        if annual_kwh is None:
            raise InputError([Problem(where, _("a published shape needs annual_kwh to be scaled to"))])
        resampled = to_steps(shapes[shape_name], steps)
        kwh = resampled.kwh * (annual_kwh / _yearly_kwh(resampled, steps))
        source = _("profile {name} published by Enedis, scaled to {mwh:g} MWh a year")
        quality = LoadQuality(
            grade=Grade.PROFILE,
            source=source.format(name=shape_name, mwh=mwh(annual_kwh)),
            filled_ratio=resampled.filled_ratio,
            step_minutes=resampled.source_step_minutes,
            band_ratio=PUBLISHED_BAND_RATIO,
            notes=tuple(resampled.notes),
        )
        return kwh, MadeNotes(quality=quality, warnings=tuple(self._warnings(name, resampled)))

    def modelled_output(self, plant: Plant) -> Made:
        """Output of a plant per kWp, with its inverter scaled alike, brought to what its study says."""
        clip = None if plant.inverter_kva is None else plant.inverter_kva / plant.kwp
        unit = replace(plant, kwp=1.0, inverter_kva=clip)
        kwh = plant_output_kwh(unit, self.weather)
        of_plant = tuple(plant_notes(plant, self.weather, kwh))
        if plant.p50_kwh_per_kwp is not None:
            of_plant += tuple(study_notes(plant.p50_kwh_per_kwp, self._yearly_output_kwh(unit)))
            kwh = plant_output_kwh(self._as_studied(unit), self.weather)
        return kwh, MadeNotes(warnings=tuple(self.weather.notes), of_plant=of_plant)

    def _as_studied(self, plant: Plant) -> Plant:
        """Return 1 kWp at the power by which the model makes what its study says, its inverter as it is."""
        assert plant.p50_kwh_per_kwp is not None  # the caller has looked
        for _round in range(1 if plant.inverter_kva is None else CLIP_ROUNDS):
            ratio = plant.p50_kwh_per_kwp / self._yearly_output_kwh(plant)
            plant = replace(plant, kwp=plant.kwp * ratio)
        return plant

    def _yearly_output_kwh(self, plant: Plant) -> float:
        """Output of the model in twelve months, kWh: of its years, else from the start of the period on."""
        steps = self.scenario.steps
        years = count_full_years(steps)
        if years:
            return float(plant_output_kwh(plant, self.weather).sum()) / years
        steps = replace(steps, count=int(YEAR_DAYS[0] * 24.0 / steps.hours))
        return float(plant_output_kwh(plant, self._weather_on(steps)).sum())

    def _curve(self, name: str, cell: str) -> tuple[Curve, Resampled]:
        """Return a curve, on its steps and on those of the operation.

        Raises:
            InputError: every fault of its file; that it lacks a unit or a clock, at the cell of the curve.
        """
        try:
            curve = read_curve(name, self.curves)
        except InputError as fault:
            first, *others = fault.problems
            if re.search("[?&](unit|clock)=", first.message):
                first = Problem(cell, f"{first.path}, {first.message}")
            raise InputError([first, *others]) from None
        return curve, to_steps(curve, self.scenario.steps, fill=FillPolicy(self.scenario.holes))

    def _facts(self, curve: Curve) -> CurveFacts:
        return curve_facts(curve, lambda moments_utc: zenith_at(moments_utc, self.position))

    def _warnings(self, name: str, resampled: Resampled) -> Iterator[str]:
        if resampled.source_step_minutes > self.scenario.steps.step_minutes:
            message = _("{name}: {each_value}, sharing a little over-estimated")
            yield message.format(name=name, each_value=each_value(resampled.source_step_minutes))
        if resampled.filled_ratio >= SAID_FROM_RATIO:
            message = _("{name}: {percent} % of its energy fills holes of the curve")
            yield message.format(name=name, percent=decimal(resampled.filled_ratio * 100.0, 1))
        if resampled.redated:
            message = _("{name}: a curve of another year, moved by whole weeks (holidays move with it)")
            yield message.format(name=name)


def _yearly_kwh(resampled: Resampled, steps: Steps) -> float:
    """Yearly energy of a curve, kWh: its sum over an entire year, else from its mean power."""
    if round(steps.count * steps.hours / 24.0) in YEAR_DAYS:
        return float(resampled.kwh.sum())
    return float(resampled.kwh.mean()) / steps.hours * YEAR_HOURS
