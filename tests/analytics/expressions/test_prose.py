"""Words of a derivation as LaTeX: what is a formula is set as one, and words stay words."""

import re

import pytest

from analytics.expressions.prose import caption, prose

SENTENCES = {
    "phi commutes with phases.": r"\(\phi\) commutes with phases.",
    "Expand at r = 0: unit gain, then a term of order p + 1.": r"Expand at \(r = 0\): unit gain, then a term of order \(p + 1\).",
    "psi = R + c R^(p+1) + ..., the same c.": r"\(\psi = R + c_{\phi} R^{p + 1} + \dots\), the same \(c_{\phi}\).",
    "A wave of the stencil A. A term.": r"A wave of the stencil \(A\). A term.",
    "apply a v + b conj v, and a step": r"apply \(a v + b \overline{v}\), and a step",
    "the sum u(q) + conj u(-q) is 2 cos omega_+": r"the sum \(u (q) + \overline{u(- q)}\) is \(2 \cos \omega_{+}\)",
    "multiplied by their sum, or by b/n": r"multiplied by their sum, or by \(b / n\)",
    "so omega(q) = +- i W, of the law forced_amplitude": r"so \(\omega (q) = \pm i W\), of the law forced\_amplitude",
    "valid for 0 <= R < the saturation": r"valid for \(0 \le R\) \(<\) the saturation",
    "chi11, k1 and F2/F1 (theta_1 + 1)": r"\(\chi_{11}\), \(k_{1}\) and \(F_{2} / F_{1} (\theta_{1} + 1)\)",
    "half power, sqrt 2 and sqrt(p+1) % of it": r"half power, \(\sqrt{2}\) and \(\sqrt{p + 1}\) \% of it",
    "the ratio of the amplitudes...": r"the ratio of the amplitudes\dots{}",
    "w = U (*) Z: expand rho": r"\(w = U * Z\): expand \(\rho\)",
    "for n -> oo, beyond": r"for \(n \to \infty\), beyond",
    "it goes as -ln g_t, F -> 0+": r"it goes as \(- \ln g_{t}\), \(F \to 0 +\)",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "written"), SENTENCES.items())
def test_formulas_are_set_and_words_are_not(typed: str, written: str) -> None:
    assert prose(typed) == written


def test_letters_go_by_the_names_given() -> None:
    names = {"R": "R_{I_0}"}
    assert prose("R = psi(R), not R0 or R_n", names) == (
        r"\(R_{I_0} = \psi (R_{I_0})\), not \(R_{0}\) or \(R_{n}\)"
    )


def test_a_label_is_no_formula_and_a_constant_is_a_word() -> None:
    for label, printed in {
        "mix & match_50%/x #1": r"mix \& match\_50\%/x \#1",
        "a = b^2 / R_0": r"a = b\textasciicircum{}2 / R\_0",
        "algebraic/laplacian": "algebraic/laplacian",
    }.items():
        written = caption(
            f"The law of {label} (slope = 1/3, beta = 2), R -> 0. So {label}.",
            {"slope": r"\mathrm{slope}"},
            label,
        )
        assert written == (
            rf"The law of {printed} \((\mathrm{{slope}} = 1 / 3 , \beta = 2)\), \(R \to 0\). So {printed}."
        )


def test_a_name_in_quotes_is_a_word() -> None:
    assert prose("law 'free_relaxation': R_0 > 1 must hold") == (
        r"law 'free\_relaxation': \(R_{0} > 1\) must hold"
    )


def test_nothing_is_left_that_latex_takes_for_a_command() -> None:
    outside = re.sub(r"\\\(.*?\\\)", "", prose("100 % of x_y & #3 in {a} cost $5, f_long_name too"))
    assert not re.search(r"(?<!\\)[%&#$_{}^]", outside)
