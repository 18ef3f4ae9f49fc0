"""A limit that a formula may be true in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from analytics.evaluation.mpmath_types import Number
from numerics.observables.record import Setting
from numerics.verification.leading_error import Power, slope_of

VANISHING = 0.02
"""The least power of the limit variable by which a relative error must fall; a bare logarithm falls by less."""


@dataclass(frozen=True, slots=True)
class Limit:
    """variable -> target; companions: parameters that go along in proportion."""

    variable: sp.Symbol
    target: sp.Expr
    companions: tuple[str, ...] = ()

    def __str__(self) -> str:
        along = "".join(f", {name}" for name in self.companions)
        return f"{self.variable}{along} -> {self.target}"

    def point(self, setting: Setting, value: sp.Expr) -> dict[str, sp.Expr]:
        """The point of a setting, given at the value 1 of the variable, at another value."""
        return {
            **setting,
            **{name: setting[name] * value for name in self.companions},
            str(self.variable): value,
        }

    def shown(self, setting: Setting) -> dict[str, sp.Expr]:
        """A setting with what goes along as a multiple of the variable's symbol."""
        return {
            name: value * self.variable if name in self.companions else value
            for name, value in setting.items()
        }

    def sees_vanish(
        self, inputs: Sequence[sp.Expr], errors: Sequence[Number], values: Sequence[Number]
    ) -> bool:
        """Do errors, other than 0, fall faster than the values between two inputs, by a power?"""
        slope = slope_of(inputs, errors) - (slope_of(inputs, values) if all(values) else 0)
        return self.takes_to_zero(slope)

    def is_smaller(self, error: Power, value: Power) -> bool:
        """Is an error of that power smaller than a value of the other one in the limit, by a power?"""
        return self.takes_to_zero(error.exponent - value.exponent)

    def takes_to_zero(self, power: Number | float) -> bool:
        """Does the variable to this power vanish in the limit?"""
        return bool(power < -VANISHING if self.target == sp.oo else power > VANISHING)
