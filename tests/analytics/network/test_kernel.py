"""Kernels: frequencies against the sum that defines them.

Reference values are direct sums over the stencil in mpmath; a kernel given here is written site by site.
"""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpc, mpf

from analytics.errors import KernelError, UnknownNameError
from analytics.network.kernel import DEFAULT_CONSTANTS, STENCILS, Kernel, Offset, c, kernel

Q = sp.Rational
d = sp.Symbol("d", real=True)

OWN = {
    "odd": Kernel("odd", (((1,), Q(-1, 2)), ((-1,), Q(1, 2)), ((3,), Q(1, 7)), ((-3,), Q(-1, 7)))),
    "even": Kernel("even", (((0,), sp.I / 3), ((2,), sp.I / 5), ((-2,), sp.I / 5))),
    "mixed": Kernel("mixed", (((0,), 2 * sp.I), ((1,), Q(1, 3) - sp.I / 4), ((-1,), Q(-1, 3) - sp.I / 4))),
    "mixed 2d": Kernel(
        "mixed 2d",
        (((0, 0), sp.I), ((1, 2), Q(1, 3) + sp.I / 4), ((-1, -2), Q(-1, 3) + sp.I / 4), ((0, 1), -sp.I), ((0, -1), -sp.I)),
    ),
    "symbolic": Kernel(
        "symbolic",
        (((0,), sp.I * (c + d)), ((1,), (1 + 2 * sp.I) * c - d**2 + sp.exp(sp.I * d) / 3), ((-1,), (-1 + 2 * sp.I) * c + d**2 - sp.exp(-sp.I * d) / 3)),
        ((c, Q(3, 10)), (d, sp.sqrt(2) / 7)),
    ),
    "irrational": Kernel("irrational", (((1,), sp.sqrt(2) * sp.I), ((-1,), sp.sqrt(2) * sp.I))),
}  # fmt: skip
NAMED = {f"{name} {d}d": kernel(name, dimension=d) for name in STENCILS for d in (1, 2, 3)}
ALL = NAMED | OWN

every = pytest.mark.parametrize("entry", ALL.values(), ids=ALL.keys())


@pytest.fixture(autouse=True)
def fifty_digits() -> Any:
    """Sums are made at 50 digits, so that 40 can be asked for."""
    with mpmath.workdps(50):
        yield


def complex_number(expression: sp.Expr) -> Any:
    return mpc(*(mpf(sp.N(part, 50)) for part in sp.sympify(expression).as_real_imag()))


def coefficients(entry: Kernel) -> dict[Offset, Any]:
    """The stencil's numbers, with the constants inserted."""
    values = dict(entry.constants)
    return {offset: complex_number(value.subs(values)) for offset, value in entry.stencil}


def summed(entry: Kernel, wavevector: tuple[Any, ...]) -> Any:
    """sum_x A(x) e^(-i k.x), term by term."""
    return mpmath.fsum(
        value * mpmath.expj(-mpmath.fdot(wavevector, offset)) for offset, value in coefficients(entry).items()
    )


def numbers(entry: Kernel, expression: sp.Expr, wavevector: tuple[Any, ...]) -> Any:
    given_values = dict(entry.constants) | {
        k: sp.Float(value, 50) for k, value in zip(entry.wavenumbers, wavevector, strict=True)
    }
    return complex_number(expression.subs(given_values))


def wavevectors(entry: Kernel) -> list[tuple[Any, ...]]:
    """The origin, and three places of no symmetry."""
    return [
        tuple(mpf(start) + mpf(axis) / 3 if start else mpf(0) for axis in range(entry.dimension))
        for start in (0, 1, "0.37", "-2.9")
    ]


@every
def test_frequency_is_the_sum_that_defines_it(entry: Kernel) -> None:
    for wavevector in wavevectors(entry):
        expected = summed(entry, wavevector)
        assert abs(expected.real) < mpf(10) ** -45  # anti-Hermitian: i omega with a real omega
        found = numbers(entry, entry.frequency(entry.wavenumbers), wavevector)
        assert abs(found - expected.imag) < mpf(10) ** -40


@every
def test_symbol_is_the_sum_that_defines_it(entry: Kernel) -> None:
    for wavevector in wavevectors(entry):
        found = numbers(entry, entry.symbol(entry.wavenumbers), wavevector)
        assert abs(found - summed(entry, wavevector)) < mpf(10) ** -40


@every
def test_even_and_odd_part(entry: Kernel) -> None:
    """(omega(k) +- omega(-k)) / 2, from the direct sums at k and -k."""
    for wavevector in wavevectors(entry):
        there = summed(entry, wavevector).imag
        back = summed(entry, tuple(-k for k in wavevector)).imag
        even = numbers(entry, entry.even_part(entry.wavenumbers), wavevector)
        odd = numbers(entry, entry.odd_part(entry.wavenumbers), wavevector)
        assert abs(even - (there + back) / 2) < mpf(10) ** -40
        assert abs(odd - (there - back) / 2) < mpf(10) ** -40


@every
def test_group_velocity_is_the_slope_of_the_sum(entry: Kernel) -> None:
    """Against mpmath's central differences, which keep about half of the 50 digits."""
    for wavevector in wavevectors(entry):
        velocity = entry.group_velocity(entry.wavenumbers)
        assert len(velocity) == entry.dimension
        for axis, component in enumerate(velocity):

            def omega(x: Any, axis: int = axis, at: tuple[Any, ...] = wavevector) -> Any:
                return summed(entry, (*at[:axis], x, *at[axis + 1 :])).imag

            found = numbers(entry, component, wavevector)
            assert abs(found - mpmath.diff(omega, wavevector[axis])) < mpf(10) ** -25


def test_group_velocity_at_a_wavevector_in_swapped_symbols() -> None:
    """Values are inserted all at once: v(k2, k1) must not become v(k2, k2)."""
    entry = OWN["mixed 2d"]
    k1, k2 = entry.wavenumbers
    swapped = entry.group_velocity((k2, k1))
    assert swapped[0].subs({k1: 1, k2: 2}) == entry.group_velocity((sp.Integer(2), sp.Integer(1)))[0]


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_closed_forms_of_the_named_kernels(dimension: int) -> None:
    """laplacian: 2c sum_j (1 - cos k_j); advection: c sin k_1."""
    laplacian, advection = (kernel(name, dimension=dimension) for name in ("laplacian", "advection"))
    k = laplacian.wavenumbers
    assert sp.expand(laplacian.frequency(k) - 2 * c * sum(1 - sp.cos(kj) for kj in k)) == 0
    assert laplacian.odd_part(k) == 0
    assert sp.expand(advection.frequency(k) - c * sp.sin(k[0])) == 0
    assert advection.even_part(k) == 0
    assert laplacian.frequency((sp.S.Zero,) * dimension) == 0
    assert sp.expand(laplacian.frequency((sp.pi,) * dimension)) == 4 * c * dimension


def test_wavenumbers_dimension_and_reach() -> None:
    assert [str(k) for k in kernel("laplacian").wavenumbers] == ["k"]
    assert [str(k) for k in kernel("laplacian", dimension=2).wavenumbers] == ["k1", "k2"]
    assert (OWN["odd"].dimension, OWN["odd"].reach) == (1, 3)
    assert (OWN["mixed 2d"].dimension, OWN["mixed 2d"].reach) == (2, 2)


def test_constants_are_kept_as_symbols_beside_their_values() -> None:
    assert kernel("laplacian").constants == ((c, Q(3, 10)),)
    assert kernel("laplacian", constants={"c": Q(1, 7)}).constants == ((c, Q(1, 7)),)
    assert kernel("laplacian").frequency(kernel("laplacian").wavenumbers).has(c)
    assert dict(DEFAULT_CONSTANTS) == {c: Q(3, 10)}


# -- any stencil --


exact = st.fractions(min_value=-3, max_value=3, max_denominator=50).map(
    lambda q: Q(q.numerator, q.denominator)
)


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 4)), st.tuples(exact, exact).filter(any), min_size=1, max_size=3
    ),
    exact,
)
def test_any_antihermitian_stencil_has_a_real_frequency(
    half: dict[Offset, tuple[Any, Any]], middle: Any
) -> None:
    """Any coefficients on one side, minus their conjugates on the other, i times a real at the origin."""
    stencil = {offset: a + sp.I * b for offset, (a, b) in half.items()}
    stencil |= {(-x,): -sp.conjugate(value) for (x,), value in list(stencil.items())} | {(0,): sp.I * middle}
    entry = Kernel("any", tuple(stencil.items()))
    with mpmath.workdps(50):
        at = (mpf("0.77"),)
        expected = summed(entry, at)
        assert abs(expected.real) < mpf(10) ** -45
        assert abs(numbers(entry, entry.frequency(entry.wavenumbers), at) - expected.imag) < mpf(10) ** -40


# -- refusals --


REFUSED = {
    "symmetric": ((((1,), 1), ((-1,), 1)), (), r"anti-Hermitian.*got A\(1\) = 1, A\(-1\) = 1\. Multiply a symmetric"),
    "one-sided": ((((1,), sp.I),), (), r"got A\(1\) = I, A\(-1\) = 0"),
    "real middle": ((((0,), 1),), (), r"got A\(0\) = 1, A\(0\) = 1"),
    "off by little": ((((2,), Q(1, 3)), ((-2,), Q(-333333333, 10**9))), (), r"A\(2\) = 1/3"),
    "sign of i": ((((1,), sp.I), ((-1,), -sp.I)), (), r"A\(1\) = I, A\(-1\) = -I"),
    "in 2d": ((((1, 0), 1), ((-1, 0), 1)), (), r"A\(\(1, 0\)\) = 1, A\(\(-1, 0\)\) = 1"),
    "right at one value": ((((1,), c), ((-1,), -d)), ((c, Q(1, 2)), (d, Q(1, 2))), r"for all real values of its constants; got A\(1\) = c, A\(-1\) = -d\. Write both"),
    "a root of a constant": ((((1,), sp.sqrt(c)), ((-1,), -sp.sqrt(c))), ((c, Q(1, 2)),), r"for all real values of its constants"),
    "uncoupled": ((((0,), sp.I / 5),), (), r"the stencil must couple sites: .* got offset 0\. Add a neighbour"),
    "uncoupled in 2d": ((((0, 0), sp.I), ((0, 1), 0)), (), r"must couple sites.* got offset \(0, 0\) and \(0, 1\)\."),
    "uncoupled at the values": ((((1,), c - Q(1, 2)), ((-1,), Q(1, 2) - c)), ((c, Q(1, 2)),), r"got offset 1 and -1 with c = 1/2"),
    "maybe not real": ((((0,), sp.I), ((1,), sp.I * sp.Symbol("u")), ((-1,), sp.I * sp.Symbol("u"))), ((sp.Symbol("u"), Q(1, 2)),), r"the symbol of the constant u must be declared real"),
    **{
        f"constant {name}": ((((1,), sp.Symbol(name, real=True)), ((-1,), -sp.Symbol(name, real=True))), ((sp.Symbol(name, real=True), Q(1, 2)),), f"not one of the theory or the grammar; got {name}")
        for name in ("k", "q", "k1", "q12", "F", "R", "I0", "Omega", "delta", "n", "r", "lambda", "pi", "I", "sin")
    },
    "wrong in c": ((((1,), c), ((-1,), c)), ((c, Q(1, 2)),), r"A\(1\) = c, A\(-1\) = c"),
    "dimensions": ((((1,), sp.I), ((-1, 0), sp.I)), (), "offsets of one dimension"),
    "empty": ((), (), "offsets of one dimension"),
    "no axes": ((((), sp.I),), (), "offsets of one dimension"),
    "twice": ((((0,), sp.I), ((0,), sp.I)), (), "each offset may occur once"),
    "no value": ((((0,), sp.I * c),), (), "every constant needs a value; got none for c"),
    "complex value": ((((0,), sp.I * c),), ((c, sp.I),), "the constant c must be real; got I"),
    "infinite value": ((((0,), sp.I * c),), ((c, sp.oo),), "the constant c must be real; got oo"),
}  # fmt: skip


@pytest.mark.parametrize(("stencil", "constants", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_own_message(stencil: Any, constants: Any, message: str) -> None:
    stencil = tuple((offset, sp.sympify(value)) for offset, value in stencil)
    with pytest.raises(KernelError, match=message) as caught:
        Kernel("ring", stencil, constants)
    assert str(caught.value).startswith("Kernel 'ring': ")


def test_the_message_of_the_house_style() -> None:
    with pytest.raises(KernelError) as caught:
        Kernel("ring", (((1,), sp.S.One), ((-1,), sp.S.One)))
    assert str(caught.value) == (
        "Kernel 'ring': generator must be anti-Hermitian, A(-x) = -conj A(x); "
        "got A(1) = 1, A(-1) = 1. Multiply a symmetric stencil by i."
    )


def test_unknown_names_and_dimensions_are_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean laplacian\?"):
        kernel("laplacien")
    with pytest.raises(UnknownNameError, match=r"unknown constant; got 'speed'\. Known: c"):
        kernel("advection", constants={"speed": Q(1, 2)})
    with pytest.raises(KernelError, match="the dimension must be at least 1; got 0"):
        kernel("laplacian", dimension=0)


# -- what is kept --


def test_constants_of_value_zero_and_their_taps_are_left_out() -> None:
    stencil = (
        ((0,), 2 * sp.I * c),
        ((1,), -sp.I * c - d / 2),
        ((-1,), -sp.I * c + d / 2),
        ((2,), -d),
        ((-2,), d),
    )
    entry = Kernel("mixed", stencil, ((c, Q(3, 10)), (d, sp.S.Zero)))
    assert entry.stencil == (((0,), 2 * sp.I * c), ((1,), -sp.I * c), ((-1,), -sp.I * c))
    assert entry.constants == ((c, Q(3, 10)),)
    assert entry.odd_part(entry.wavenumbers) == 0


def test_complex_coefficients_are_kept_as_real_and_imaginary_part() -> None:
    stencil = (((1,), c * sp.exp(sp.I * d)), ((-1,), -c * sp.exp(-sp.I * d)))
    entry = Kernel("turned", stencil, ((c, Q(1, 5)), (d, Q(1, 3))))
    assert [sp.expand(value) for _, value in entry.stencil] == [
        c * sp.cos(d) + sp.I * c * sp.sin(d),
        -c * sp.cos(d) + sp.I * c * sp.sin(d),
    ]
    assert sp.simplify(entry.symbol((sp.S.Zero,)) - 2 * sp.I * c * sp.sin(d)) == 0


def test_a_kernel_is_real_where_its_stencil_is() -> None:
    assert kernel("advection").is_real
    assert kernel("advection", dimension=2).is_real
    assert not kernel("laplacian").is_real
    assert not Kernel("mixed", (((-1,), -1 + sp.I), ((1,), 1 + sp.I))).is_real
    assert Kernel(
        "by values", (((-1,), -c + sp.I * (c - 1)), ((1,), c + sp.I * (c - 1))), ((c, sp.S.One),)
    ).is_real


def test_a_constant_is_told_from_0() -> None:
    """cos(pi/7) - cos(2 pi/7) + cos(3 pi/7) = 1/2, which SymPy does not see."""
    hidden = sp.cos(sp.pi / 7) - sp.cos(2 * sp.pi / 7) + sp.cos(3 * sp.pi / 7) - sp.Rational(1, 2)
    with pytest.raises(
        KernelError, match="the constant c must be 0 or be told from 0 by its first 1000 digits"
    ):
        kernel("laplacian", constants={"c": hidden})
    with pytest.raises(KernelError, match=r"A\(1\) must be 0 or be told from 0"):
        Kernel("own", (((1,), sp.I * hidden), ((-1,), sp.I * hidden)))
    with pytest.raises(KernelError, match="must couple sites"):
        kernel("laplacian", constants={"c": sp.sin(1) ** 2 + sp.cos(1) ** 2 - 1})
    assert kernel("laplacian", constants={"c": sp.exp(-9999)}).constants[0][1] == sp.exp(-9999)


def test_a_constant_is_real_if_its_value_is() -> None:
    assert kernel("laplacian", constants={"c": (1 + sp.I) * (1 - sp.I)}).constants[0][1] == 2
