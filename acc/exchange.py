"""What meets on the public network at each step: energy withdrawn and energy injected.

Self-consumption behind a meter comes first; only what is left enters the collective operation
(code de l'énergie D315-1 and following; the meter sees the balance of the site).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, let_go
from acc.steps import Steps
from acc.water_filling import divided


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """Energy at the meters, in kWh per step.

    Attributes:
        consumption_kwh: withdrawn by each participant, shape (T, N).
        production_kwh: injected by each plant, shape (T, M).
        own_use_kwh: produced by each plant and used behind the meter, never on the network, shape (T, M).

    Raises:
        ValueError: shapes that do not agree, a negative or missing value.
    """

    steps: Steps
    consumption_kwh: FloatArray
    production_kwh: FloatArray
    own_use_kwh: FloatArray

    def __post_init__(self) -> None:
        rows = {a.shape[0] for a in (self.consumption_kwh, self.production_kwh, self.own_use_kwh)}
        if rows != {self.steps.count} or self.own_use_kwh.shape != self.production_kwh.shape:
            raise ValueError(_("the arrays of an exchange do not have the same steps or plants"))
        for name in ("consumption_kwh", "production_kwh", "own_use_kwh"):
            values = getattr(self, name)
            # not (min >= 0) is also true for NaN: missing is not zero, and must not pass.
            if values.size and not values.min() >= 0.0:
                raise ValueError(_("{name} holds a negative or missing value").format(name=name))

    def blocks(self, rows: int) -> Iterator["Exchange"]:
        """Yield the exchange in consecutive parts of at most `rows` steps (views, nothing copied)."""
        for first in range(0, self.steps.count, rows):
            yield self.part(first, min(first + rows, self.steps.count))

    def part(self, first: int, stop: int) -> "Exchange":
        """Return the steps `first` (included) to `stop` (excluded)."""
        rows = slice(first, stop)
        arrays = (self.consumption_kwh[rows], self.production_kwh[rows], self.own_use_kwh[rows])
        return _known_valid(self.steps.part(first, stop), *arrays)

    def injecting(self, production_kwh: FloatArray, own_use_kwh: FloatArray) -> "Exchange":
        """Return the same needs beside other plants; what these inject and spare has shape (T, M)."""
        plants = Exchange(self.steps, self.consumption_kwh[:, :0], production_kwh, own_use_kwh)
        return _known_valid(self.steps, self.consumption_kwh, plants.production_kwh, plants.own_use_kwh)

    def seen_again(
        self,
        columns: Sequence[int],
        withdrawn_kwh: FloatArray,
        production_kwh: FloatArray,
        own_use_kwh: FloatArray,
        into: FloatArray | None = None,
    ) -> "Exchange":
        """Return the same needs but those of some sites, (T, K), beside other plants, (T, M).

        Args:
            columns: these sites.
            into: what all sites withdraw but these, (T, N), to write in; None copies it.
        """
        seen = Exchange(self.steps, withdrawn_kwh, production_kwh, own_use_kwh)
        needs = self.consumption_kwh
        if columns:
            needs = needs.copy() if into is None else into
            needs[:, columns] = withdrawn_kwh
        return _known_valid(self.steps, needs, seen.production_kwh, seen.own_use_kwh)

    def with_participant(self, consumption_kwh: FloatArray, production_kwh: FloatArray) -> "Exchange":
        """Return the exchange with one more participant and one more plant, shape (T,), as the last ones."""
        nothing = np.zeros((self.steps.count, 1))
        exchange = Exchange(self.steps, consumption_kwh[:, None], production_kwh[:, None], nothing)
        return _known_valid(
            self.steps,
            np.hstack([self.consumption_kwh, exchange.consumption_kwh]),
            np.hstack([self.production_kwh, exchange.production_kwh]),
            np.hstack([self.own_use_kwh, exchange.own_use_kwh]),
        )

    def with_memmap(self, elsewhere: Callable[[FloatArray], FloatArray]) -> "Exchange":
        """Return the exchange with the same arrays laid elsewhere: on a disk, they are not read again."""
        exchange = self.part(0, self.steps.count)
        for name in ("consumption_kwh", "production_kwh", "own_use_kwh"):
            object.__setattr__(exchange, name, elsewhere(getattr(self, name)))
        return exchange

    def let_go(self) -> None:
        """Give back the memory of what was read of arrays that lie on a disk."""
        for values in (self.consumption_kwh, self.production_kwh, self.own_use_kwh):
            let_go(values)


def _known_valid(
    steps: Steps, consumption_kwh: FloatArray, production_kwh: FloatArray, own_use_kwh: FloatArray
) -> Exchange:
    """Return an exchange made of parts of valid ones: its values are not read again."""
    exchange = object.__new__(Exchange)
    for name, value in zip(
        Exchange.__slots__, (steps, consumption_kwh, production_kwh, own_use_kwh), strict=True
    ):
        object.__setattr__(exchange, name, value)
    return exchange


def exchange_behind_meters(
    steps: Steps,
    load_kwh: FloatArray,
    output_kwh: FloatArray,
    behind: Sequence[int | None],
    *,
    in_place: bool = False,
) -> Exchange:
    """Exchange with the network, net of own use on each site.

    Plants behind one meter share the site's own use in proportion to their output of the step.

    Args:
        load_kwh: what each site uses, all sources together, shape (T, N).
        output_kwh: what each plant makes, shape (T, M).
        behind: for each plant, the index of the participant behind whose meter it stands, or None.
        in_place: write what is withdrawn into `load_kwh`, where nobody else needs it.

    >>> from datetime import date
    >>> steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 60).part(0, 1)
    >>> exchange = exchange_behind_meters(steps, np.array([[2.0]]), np.array([[3.0]]), [0])
    >>> exchange.consumption_kwh.item(), exchange.production_kwh.item(), exchange.own_use_kwh.item()
    (0.0, 1.0, 2.0)
    """
    return Exchange(steps, *behind_meters(load_kwh if in_place else load_kwh.copy(), output_kwh, behind))


def behind_meters(
    load_kwh: FloatArray, output_kwh: FloatArray, behind: Sequence[int | None]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Withdrawals, written into `load_kwh`, injections and own use, (T, N), (T, M), (T, M), kWh."""
    # Laid as the output is; costs memory where something is written only.
    own_use = np.zeros(output_kwh.shape, order="F" if np.isfortran(output_kwh) else "C")
    injected = np.maximum(output_kwh, 0.0)
    for site in sorted({index for index in behind if index is not None}):
        plants = np.array([plant for plant, index in enumerate(behind) if index == site], dtype=np.int64)
        output = output_kwh[:, plants].sum(axis=1)
        used = np.minimum(output, load_kwh[:, site])
        share = divided(used, output)
        own_use[:, plants] = output_kwh[:, plants] * share[:, None]
        injected[:, plants] = np.maximum(output_kwh[:, plants] - own_use[:, plants], 0.0)
        load_kwh[:, site] -= used
    return load_kwh, injected, own_use
