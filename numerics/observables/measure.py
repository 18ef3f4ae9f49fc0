"""An observable's name and a point -> a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import mpmath
import sympy as sp

from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import require_digits
from analytics.expressions.notation import EXPERIMENTAL
from analytics.expressions.parameter import read_point, require_point
from analytics.network.network import Network, require_network
from analytics.notebook import facts, words
from numerics.observables.discovery import observable_named
from numerics.observables.point_text import point_text
from numerics.observables.record import Reading, Request, Setting


@dataclass(frozen=True, slots=True)
class Measurement:
    """One observable of one network at one point, as an experiment found it.

    point: exact values of all parameters, by name, defaults included but those of start and waves. digits: digits asked
    for; of a phase or a frequency they are counted after the decimal point. engine: the arithmetic.
    reading: the rest.
    """

    observable: str
    network: Network
    point: Setting
    digits: int
    engine: str
    reading: Reading

    def __str__(self) -> str:
        rounded = (mpmath.chop(value, abs(value) * mpmath.mpf(10) ** -self.digits) for value in self.values)
        values = ", ".join(mpmath.nstr(value, self.digits) for value in rounded)
        return f"{self.observable} = {values} at {point_text(self.point)}"

    def __repr__(self) -> str:
        return f"<Measurement {self}>"

    def _repr_html_(self) -> str:
        return facts(
            words(self),
            [
                ("error", words(mpmath.nstr(self.error, 2))),
                ("network", words(self.network.name)),
                ("lattice", words(" x ".join(map(str, self.sites)))),
                ("method", words(self.method)),
                ("seen", "<br/>".join(map(words, self.checks))),
            ],
        )

    @property
    def value(self) -> Number:
        """`mpmath.mp.mpf` or `mpc` with the digits asked for and a few more; the first of several."""
        return self.reading.value

    @property
    def values(self) -> tuple[Number, ...]:
        """All values of an observable that has several, in the order that its meaning states."""
        return self.reading.values

    @property
    def error(self) -> Number:
        """Estimated error of the value."""
        return self.reading.error

    @property
    def sites(self) -> tuple[int, ...]:
        """Shape of the lattice."""
        return self.reading.sites

    @property
    def method(self) -> str:
        """What was done, in words."""
        return self.reading.method

    @property
    def iterations(self) -> int:
        """Steps made."""
        return self.reading.iterations

    @property
    def residual(self) -> Number:
        """What was left of the equation solved, relative."""
        return self.reading.residual

    @property
    def tolerance(self) -> Number:
        """What the residual had to fall below."""
        return self.reading.tolerance

    @property
    def checks(self) -> tuple[str, ...]:
        """What was seen to hold of the state."""
        return self.reading.checks


def measure(
    observable: str,
    network: Network,
    point: Mapping[str, object] | Mapping[sp.Symbol, object],
    digits: int = 50,
    *,
    engine: str | None = None,
) -> Measurement:
    """Simulate `network` and read `observable` off at `point`, right to `digits` digits.

    point: values of the observable's parameters by name or symbol, read exactly: "0.01" is 1/100. Some observables
    allow two kinds of ongoing activity: I0 names a uniform background, F, delta and k name an oscillation.
    The parameter start chooses between several steady states. The experiment measures the state next to a wave of that
    modulus, stable or not; without a start, the state reached from rest. The reading says whether the map stays there.
    The parameter waves says how many waves of a tail are read off.
    engine: "ball" is flint's arithmetic, "reference" mpmath's; "double" gives a dozen digits at best.

    Raises UnknownNameError for the observable, a parameter or the engine; ParameterError for a missing value
    or one outside its domain; PrecisionError, ConvergenceError where the digits cannot be reached.
    """
    require_digits(f"measuring {observable}", digits)
    experiment = observable_named(observable)
    require_network(f"measuring {observable}", network)
    require_point(f"measuring {observable}", point)
    numbers = network.valued
    parameters = experiment.parameters_at(numbers, [str(name) for name in point])
    values = read_point(f"measuring {observable}", parameters, point)
    chosen = engine or "ball"
    reading = experiment.measure(Request(numbers, values, digits, chosen))
    usual = {p.symbol: p.default for p in parameters if p.symbol in EXPERIMENTAL}
    exact = {str(symbol): value for symbol, value in values.items() if value != usual.get(symbol)}
    return Measurement(observable, network, exact, digits, chosen, reading)
