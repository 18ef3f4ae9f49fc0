"""Every command in exported LaTeX is one that LaTeX or amsmath defines: a file loads no other package for formulas."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sympy.printing.latex import greek_letters_set, modifier_dict, other_symbols, tex_greek_dictionary

from analytics.errors import ModelError
from nearcritical import Network, Theory, derive, export, network

COMMAND = re.compile(r"\\([A-Za-z]+|[^A-Za-z])")

LATEX = frozenset(
    r"""
    ( ) \ _ , ; ! { } | % & # $ ' ` ^ " ~ = .
    documentclass usepackage begin end label paragraph texttt raggedbottom mathrm mathsf mathcal
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
    varepsilon vartheta varpi varrho varsigma varphi aleph hbar ell wp
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    sin cos tan cot sinh cosh tanh coth arcsin arccos arctan ln exp arg bmod pmod
    frac sqrt overline sum partial infty left right quad qquad cdot dots pm mp to times le ge ne ll gg
    langle rangle bar hat dot ddot tilde vec acute grave breve check mathring
    """.split()
)
AMSMATH = frozenset(
    "allowbreak allowdisplaybreaks eqref operatorname tfrac text Big Bigl Bigr dddot ddddot boldsymbol".split()
)
NETWORKS = [
    ("algebraic", "laplacian", 1),
    ("quartic", "laplacian", 1),
    ("tanh", "advection", 1),
    ("algebraic", "laplacian", 2),
]
TAKEN = frozenset("Lambda Omega delta eta lambda omega pi psi rho sigma tau theta".split())
"""Names that the theory or the language has."""

NAMES = sorted(
    (
        greek_letters_set
        | other_symbols
        | tex_greek_dictionary.keys()
        | {f"x{accent}" for accent in modifier_dict}
    )
    - TAKEN
)
"""Names of constants that are written by a command, in print."""


def unknown(text: str) -> set[str]:
    return set(COMMAND.findall(text)) - LATEX - AMSMATH


@pytest.mark.parametrize("case", NETWORKS, ids=lambda case: "-".join(map(str, case)))
def test_laws_and_their_steps_need_amsmath_alone(
    case: tuple[str, str, int], theory_of: Callable[..., Theory]
) -> None:
    theory = theory_of(*case)
    assert unknown(export(theory, "latex", steps=True, standalone=True)) == set()
    assert unknown(export(theory, "latex")) == set()


def named(name: str) -> Network:
    """A network whose kernel has a constant of this name."""
    return network(
        "algebraic", f"{name}*(1 - cos(k)) + a_{name}*(1 - cos(2*k))", **{name: "1/5", f"a_{name}": "1/7"}
    )


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=f"got '{name}'"):
        named(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_constant_of_any_name_needs_amsmath_alone(name: str) -> None:
    law = derive(named(name))["kernel_frequency"]
    assert unknown(export(law, "latex") + export(law, "latex", steps=True)) == set()
