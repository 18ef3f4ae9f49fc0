"""Wrong laws made from a right one, and which of them say the same after all."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import F, R, r
from analytics.law.law import Law
from nearcritical import derive, network
from numerics.trials.mutants import SLIGHTLY, equivalent, mutants

Q = sp.Rational


@pytest.fixture(scope="module")
def law() -> Law:
    """A law with a remainder, R = (2F)^(1/3) - F/2 + ..."""
    return derive(network("algebraic", "laplacian", c="3/10"))["resonant_amplitude"]


def stated(law: Law, left: sp.Expr, right: sp.Expr) -> Law:
    return replace(law, equation=sp.Eq(left, right, evaluate=False))


def test_every_number_term_and_exponent_is_reached(law: Law) -> None:
    """R = F^(1/3)/2 - sin(2F): both terms, the numbers 1/2, -1 and 2, the exponent, the argument."""
    root, sine = F ** Q(1, 3) / 2, sp.sin(2 * F)
    found = {mutant.law.equation.rhs for mutant in mutants(stated(law, R, root - sine))}
    for expected in (
        SLIGHTLY * root - sine,
        root - SLIGHTLY * sine,
        root + sine,
        root,
        -sine,
        F ** Q(4, 3) / 2 - sine,
        F ** (SLIGHTLY / 3) / 2 - sine,
        root - sp.sin(2 * SLIGHTLY * F),
        root - sp.sin(F),
        sp.S.Zero,
    ):
        assert expected in found, expected


def test_branches_and_regimes_are_exchanged(law: Law) -> None:
    regimes = sp.Piecewise((F, F < 1), (F**2, True))
    found = {mutant.law.equation.rhs for mutant in mutants(stated(law, R, sp.Tuple(regimes, 2 * F)))}
    assert sp.Tuple(2 * F, regimes) in found
    assert sp.Tuple(sp.Piecewise((F**2, F < 1), (F, True)), 2 * F) in found
    assert sp.Tuple(sp.Piecewise((SLIGHTLY * F, F < 1), (F**2, True)), 2 * F) in found


def test_remainders_are_shifted_and_equations_borrowed(law: Law) -> None:
    neighbour = derive(law.network)["detuned_amplitude"]
    made = list(mutants(law, neighbour))
    assert {mutant.law.remainder for mutant in made} >= {F**5, F, law.remainder * F ** Q(1, 1000)}
    assert any(mutant.law.equation == law.equation and mutant.law.name == neighbour.name for mutant in made)


def test_constants_are_written_as_their_values(law: Law) -> None:
    """R = c F + F^2 at c = 3/10: 3 F/10, 10 c^2 F/3, and all of it times 10 c/3 are the same there."""
    (c,) = law.network.constants
    found = {mutant.law.equation.rhs for mutant in mutants(stated(law, R, c * F + F**2))}
    same = {3 * F / 10 + F**2, 10 * c**2 * F / 3 + F**2, 10 * c / 3 * (c * F + F**2)}
    assert same <= found
    assert all(sp.expand(side - c * F - F**2).subs(c, Q(3, 10)) == 0 for side in same)


def test_families_of_waves_are_left_out_or_one_too_many() -> None:
    law = derive(network("algebraic", "laplacian", c="3/10"))["complex_wavenumber"]
    one, other = law.equation.rhs
    found = {mutant.law.equation.rhs for mutant in mutants(law)}
    assert {sp.Tuple(one), sp.Tuple(other), sp.Tuple(one, other, one + sp.I)} <= found


def test_no_mutant_is_the_law_itself(law: Law) -> None:
    assert all(mutant.law != law for mutant in mutants(law))


def test_equivalence_is_shown_not_assumed(law: Law) -> None:
    original = stated(law, R**2 - F, sp.S.Zero)
    assert equivalent(stated(law, 2 * R**2, 2 * F), original)
    assert equivalent(stated(law, (R + 1) ** 2 - 2 * R - 1, F), original)
    assert not equivalent(stated(law, R**2, SLIGHTLY * F), original)
    assert not equivalent(stated(law, R**3, F * R), original)
    assert not equivalent(replace(original, remainder=F**2), original)


def test_values_are_the_roots_of_a_polynomial(law: Law) -> None:
    sign = sp.Piecewise((-1, F < 1), (1, True))
    values = stated(
        law, R, sp.Tuple(F + sign * sp.sqrt(F**2 - sp.cos(F)), F - sign * sp.sqrt(F**2 - sp.cos(F)))
    )
    wave = sp.exp(sp.I * F)
    assert equivalent(stated(law, 2 * R**2 - 4 * F * R, -wave - 1 / wave), values)
    assert not equivalent(stated(law, 2 * R**2 - 4 * F * R, -wave - SLIGHTLY / wave), values)
    assert not equivalent(stated(law, R**2 - 2 * SLIGHTLY * F * R + sp.cos(F), sp.S.Zero), values)
    assert not equivalent(stated(law, R**3 - 2 * F * R**2 + R * sp.cos(F), sp.S.Zero), values)
    assert not equivalent(stated(law, sp.sin(R), F), values)


def test_what_the_remainder_covers_is_no_difference(law: Law) -> None:
    """F log(2F) and F log(F) differ by O(F), F log(F) and 2F log(F) do not."""
    covered = replace(stated(law, R, F ** Q(1, 3) + F * sp.log(F)), remainder=F)
    assert equivalent(replace(covered, equation=sp.Eq(R, F ** Q(1, 3) + F * sp.log(SLIGHTLY * F))), covered)
    assert equivalent(replace(covered, equation=sp.Eq(R, F ** Q(1, 3) + F * sp.log(F) - F / 3)), covered)
    for wrong in (F ** Q(1, 3) + SLIGHTLY * F * sp.log(F), SLIGHTLY * F ** Q(1, 3) + F * sp.log(F)):
        assert not equivalent(replace(covered, equation=sp.Eq(R, wrong)), covered)
    assert not equivalent(
        replace(covered, equation=sp.Eq(R, F ** Q(1, 3) + F * sp.log(2 * F)), remainder=F**2), covered
    )


def test_a_piece_that_no_point_reaches_says_nothing(law: Law) -> None:
    def pieces(first: sp.Expr, condition: sp.Basic) -> Law:
        return stated(law, R, sp.Piecewise((first, condition), (F, True)))

    never, somewhere = sp.cos(F) + 2 < 0, sp.cos(F) < 0
    assert equivalent(pieces(2 * F, never), pieces(3 * F, never))
    assert not equivalent(pieces(2 * F, somewhere), pieces(3 * F, somewhere))


def test_the_profile_that_psi_inverts_stays_as_it_is(law: Law) -> None:
    """InverseProfile(rho, R): R is changed, rho is no part of the law."""
    profile = sp.Lambda(r, sp.tanh(r) + r**3 / 100)
    inverse = InverseProfile(profile, R, evaluate=False)
    found = [mutant.law.equation.lhs for mutant in mutants(stated(law, inverse - R, F))]
    assert InverseProfile(profile, SLIGHTLY * R) - R in found
    assert {inverse.args[0] for side in found for inverse in side.atoms(InverseProfile)} == {profile}
