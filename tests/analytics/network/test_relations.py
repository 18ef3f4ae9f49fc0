"""Relations that hold at the constants' values alone: found, inserted, and nothing changed at those values."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.expressions.notation import wavenumbers
from analytics.network.kernel import Kernel
from analytics.network.relations import Constants, Stencil

Q, I, pi = sp.Rational, sp.I, sp.pi
a, b, m, phi, t, t1, t2 = sp.symbols("a b m phi t t1 t2", real=True)
(k,) = wavenumbers(1)

FLAT: Stencil = (
    ((-2,), -I * t2),
    ((-1,), -I * t1),
    ((0,), 2 * I * (t1 + t2)),
    ((1,), -I * t1),
    ((2,), -I * t2),
)
FLUX: Stencil = (((1,), I * t * sp.exp(I * phi)), ((-1,), I * t * sp.exp(-I * phi)))
GAPPED: Stencil = (((0,), I * m), ((1,), -I * t), ((-1,), -I * t))
MIXED: Stencil = (((1,), -a + I * (b - Q(1, 2))), ((-1,), a + I * (b - Q(1, 2))))
PLANE: Stencil = (
    *(
        ((x, y), I * value)
        for x, y, value in ((1, 0, a), (-1, 0, a), (1, 1, b), (-1, -1, b), (0, 1, t), (0, -1, t))
    ),
)

SETTLED: dict[str, tuple[Stencil, Constants, list[str], list[sp.Symbol]]] = {
    "flat edge": (FLAT, ((t1, Q(3, 10)), (t2, Q(-3, 40))), ["t2 = -t1/4"], [t1]),
    "edge that is not flat": (FLAT, ((t1, Q(3, 10)), (t2, Q(-3, 41))), [], [t1, t2]),
    "flux of a quarter turn": (FLUX, ((t, Q(2, 5)), (phi, pi / 2)), ["phi = pi/2"], [t]),
    "no flux": (FLUX, ((t, Q(2, 5)), (phi, pi)), ["phi = pi"], [t]),
    "flux": (FLUX, ((t, Q(2, 5)), (phi, pi / 3)), [], [t, phi]),
    "band that begins at 0": (GAPPED, ((m, Q(3, 5)), (t, Q(3, 10))), ["t = m/2"], [m]),
    "band that begins at a turn": (GAPPED, ((m, 2 * pi + Q(3, 5)), (t, Q(3, 10))), ["t = m/2 - pi"], [m]),
    "gap": (GAPPED, ((m, Q(3, 5)), (t, Q(1, 10))), [], [m, t]),
    "real part alone": (MIXED, ((a, Q(3, 10)), (b, Q(1, 2))), ["b = 1/2"], [a]),
    "imaginary part alone": (MIXED, ((a, sp.S.Zero), (b, Q(1, 3))), ["a = 0"], [b]),
    "no coupling along an axis": (PLANE, ((a, Q(1, 3)), (b, Q(-1, 3)), (t, Q(1, 5))), ["b = -a"], [a, t]),
}


def value_of(kernel_form: sp.Expr, place: sp.Expr, constants: Constants) -> mpmath.mpc:
    return mpmath.mpmathify(sp.N(kernel_form.subs(dict(constants)).subs(k, place), 40))


@pytest.mark.parametrize("name", SETTLED)
def test_a_relation_is_inserted_and_told(name: str) -> None:
    """u(k) = exp of the stencil as it was given, at a wavevector of no symmetry."""
    stencil, constants, relations, left = SETTLED[name]
    entry = Kernel(name, stencil, constants)
    assert [f"{relation.lhs} = {relation.rhs}" for relation in entry.relations] == relations
    assert [symbol for symbol, _ in entry.constants] == left
    place = dict(zip(entry.wavenumbers, (Q(37, 29), Q(-11, 7)), strict=False))
    with mpmath.workdps(40):
        axes = [mpf(37) / 29, mpf(-11) / 7][: entry.dimension]
        given = sum(
            mpmath.mpmathify(sp.N(value.subs(dict(constants)), 40))
            * mpmath.expj(-sum(x * q for x, q in zip(offset, axes, strict=True)))
            for offset, value in stencil
        )
        omega = entry.frequency(entry.wavenumbers).subs(dict(entry.constants)).subs(place)
        assert abs(mpmath.exp(given) - mpmath.expj(mpf(sp.N(omega, 40)))) < mpf(10) ** -35


def test_what_holds_at_the_values_is_read_off_the_symbols() -> None:
    flat, flux, none = (
        Kernel(name, *SETTLED[name][:2]) for name in ("flat edge", "flux of a quarter turn", "no flux")
    )
    series = sp.series(flat.frequency((k,)), k, 0, 5).removeO()
    assert sp.expand(series - t1 * k**4 / 4) == 0
    assert flux.is_real and flux.even_part((k,)) == 0
    assert none.odd_part((k,)) == 0 and not none.is_real
    assert Kernel("begins", *SETTLED["band that begins at a turn"][:2]).frequency((sp.S.Zero,)) == 0


BANDS = {
    "even by a phase": (
        a * sp.sin(k + phi) / (2 + sp.cos(k)),
        ((a, Q(1, 3)), (phi, pi / 2)),
        ["phi = pi/2"],
        1,
    ),
    "odd by an offset": (
        a * sp.sin(k) / (2 + sp.cos(k)) + b - Q(1, 2),
        ((a, Q(1, 3)), (b, Q(1, 2))),
        ["b = 1/2"],
        -1,
    ),
    "whole turn": (m + a * sp.sin(k) ** 2 / (2 + sp.cos(k)), ((a, Q(1, 3)), (m, 4 * pi)), ["m = 4*pi"], 1),
    "quantum walk": (sp.acos(sp.cos(t) * sp.cos(k)), ((t, pi / 5),), [], 1),
    "neither": (a * sp.sin(k + phi) / (2 + sp.cos(k)), ((a, Q(1, 3)), (phi, pi / 3)), [], 0),
}


@pytest.mark.parametrize("name", BANDS)
def test_a_band_knows_its_parity(name: str) -> None:
    frequency, constants, relations, parity = BANDS[name]
    entry = Kernel.from_frequency(name, frequency, constants=constants)
    assert entry.band is not None and entry.band.parity == parity
    assert [f"{relation.lhs} = {relation.rhs}" for relation in entry.relations] == relations
    assert (entry.even_part((k,)) == 0, entry.odd_part((k,)) == 0) == (parity < 0, parity > 0)
    for place in (Q(2, 7), Q(-9, 5)):
        before, after = (
            value_of(frequency, place, constants),
            value_of(entry.frequency((k,)), place, entry.constants),
        )
        assert abs(mpmath.expj(before) - mpmath.expj(after)) < 1e-35


@pytest.mark.parametrize("seed", range(20))
def test_drawn_kernels_are_as_flat_as_their_frequencies(seed: int) -> None:
    """sum_n s_n (1 - cos k)^n with the first j of s as differences of constants that are 0 at their values."""
    lot = random.Random(seed)
    flat, size = lot.randint(0, 3), Q(lot.randint(1, 9), 10)
    shares = sp.symbols(f"s0:{flat + 1}", real=True)
    values = tuple((share, Q(lot.randint(-9, 9) or 1, lot.randint(2, 9))) for share in shares)
    one = values[0][1]
    omega = t * (1 - sp.cos(k)) ** (flat + 1) + sum(
        (share - value / one * shares[0]) * (1 - sp.cos(k)) ** n
        for n, (share, value) in enumerate(values[1:], 1)
    )
    used = tuple(pair for pair in values if omega.has(pair[0]))
    entry = Kernel.from_frequency("drawn", omega, constants=((t, size), *used))
    assert len(entry.relations) == flat
    with mpmath.workdps(200):
        frequency = sp.lambdify(k, entry.frequency((k,)).subs(dict(entry.constants)), "mpmath")
        steep = [mpmath.log(abs(frequency(mpf(10) ** -p)), 10) for p in (6, 7)]
        assert abs(steep[0] - steep[1] - 2 * (flat + 1)) < 1e-6
    # of the symbols too: the first coefficient of theirs that is not 0 has the order of the values
    orders = [n for n in range(2, 12, 2) if sp.expand(sp.diff(entry.frequency((k,)), k, n).subs(k, 0)) != 0]
    assert orders[0] == 2 * (flat + 1)
