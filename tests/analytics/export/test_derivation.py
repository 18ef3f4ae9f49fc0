"""Derivations as LaTeX: all steps, each label once, no reference without one, two networks in one paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from analytics.errors import LawError
from analytics.export.line_breaks import LINE, read, total
from nearcritical import Theory, derive, export, network

LABEL = re.compile(r"\\label\{([^}]*)\}")
REFERENCE = re.compile(r"\\eqref\{([^}]*)\}")
EQUATION = re.compile(r"\\begin\{equation\}\n(.*?)\\label", re.DOTALL)
CHOSEN = ("forced_amplitude", "resonant_amplitude", "radial_gain", "decay_rate", "forced_phase")


def steps_of(theory: Theory, **options: object) -> str:
    return export([theory[name] for name in CHOSEN], "latex", steps=True, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def text(theory_of: Callable[..., Theory]) -> str:
    return steps_of(theory_of("algebraic"))


def test_every_label_is_there_once_and_every_reference_has_one(text: str) -> None:
    labels = LABEL.findall(text)
    assert len(labels) == len(set(labels))
    assert set(REFERENCE.findall(text)) <= set(labels)
    assert {f"eq:{name}" for name in CHOSEN} <= set(labels)


def test_every_step_is_there_with_its_check(text: str, theory_of: Callable[..., Theory]) -> None:
    """Once: a step that several laws share is shown in the first of them."""
    theory = theory_of("algebraic")
    kinds = ("% identity", "% truncation", "% definition", "% evident")
    shown = [line for line in text.splitlines() if line.startswith(kinds)]
    claims = {(step.claim, str(step.equation)) for name in CHOSEN for step in theory[name].steps}
    assert len(shown) == len(claims)


def test_steps_refer_to_what_they_use(text: str) -> None:
    """The scale t = (2F)^(1/3) is that of the step before, the phase's P that of the law beside it."""
    revert = text.split("Revert the series for")[1].split(r"\begin{equation}")[0]
    assert REFERENCE.findall(revert) == ["eq:resonant_amplitude:4"]
    assert r"with \(P\) from \eqref{eq:forced_phase:P}" in text


def test_what_drives_the_amplitude_is_in_its_name(text: str) -> None:
    forced = text.split(r"\paragraph{\texttt{forced\_\allowbreak{}amplitude}}")[1].split(r"\paragraph")[0]
    gain = text.split(r"\paragraph{\texttt{radial\_\allowbreak{}gain}}")[1].split(r"\paragraph")[0]
    assert "R_F^{2}" in forced and "R_{I_0}" not in forced
    assert (
        "g_r = (1 - R_{I_0}^{2})^{3/2}" in gain and r"with \(R_F\) from \eqref{eq:forced_amplitude}" in gain
    )


def test_letters_are_told_where_they_are_used(text: str) -> None:
    assert r"\(P = \psi (R_F)\)" in text
    assert text.index("a = (g_{r} + g_{t}) / 2") < text.index(r"\left[\begin{matrix}a e")


def test_no_line_is_wider_than_a_column(text: str) -> None:
    """Lines of aligned formulas, by the estimated width; make latex has them measured by LaTeX."""
    wide = []
    for body in EQUATION.findall(text):
        for line in body.split(r"\\"):
            bare = re.sub(r"\\(begin|end)\{aligned\}|&|\\Big[lr]?|\\label.*", "", line)
            if (
                bare.count("(") == bare.count(")")
                and r"\begin" not in bare
                and total(read(bare)) > LINE + 1.5
            ):
                wide.append(line)
    assert wide == []


def test_braces_and_environments_are_closed(text: str) -> None:
    assert text.count("{") == text.count("}")
    for name in ("equation", "aligned", "align*", "equation*", "sloppypar"):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}")


def test_two_networks_stand_in_one_paper(text: str, theory_of: Callable[..., Theory]) -> None:
    other = steps_of(theory_of("tanh"), prefix="tanh:")
    labels = LABEL.findall(other)
    assert all(label.startswith("eq:tanh:") for label in labels)
    assert not set(labels) & set(LABEL.findall(text))
    assert set(REFERENCE.findall(other)) <= set(labels)
    law = theory_of("tanh")["resonant_amplitude"]
    assert r"\label{eq:tanh:resonant_amplitude}" in export(law, "latex", prefix="tanh:")


def test_constants_named_like_something_else_are_set_apart() -> None:
    """i and e of the network beside the numbers i and e; t beside the scale of the amplitude."""
    theory = derive(
        network(
            "algebraic", "i*(1 - cos(k)) + e*(1 - cos(2*k)) + t*(1 - cos(3*k))", i="1/5", e="1/9", t="1/20"
        )
    )
    text = export([theory["kernel_frequency"], theory["resonant_amplitude"]], "latex", steps=True)
    for letter, wave in (("i", "k"), ("e", "2 k"), ("t", "3 k")):
        assert rf"\mathsf{{{letter}}} (1 - \cos {wave})" in text
    assert "t = (2F)^{1/3}" in text and r"\(t\) is the scale" not in text
    plain = theory["kernel_frequency"].latex()
    assert r"\mathsf{i}" in plain and r"\mathsf{e}" in plain


def test_a_constant_that_is_set_apart_is_so_in_equations_and_in_words() -> None:
    """b of the activation beside b of the theory, half the difference of the gains."""
    theory = derive(network("tanh(b*r)/b", "laplacian", b=2))
    text = export([theory[name] for name in ("resonant_amplitude", "bloch_matrix")], "latex", steps=True)
    assert r"\(c_{\phi} = \tfrac{\mathsf{b}^{2}}{3}\)" in text
    assert r"Constants: \(\mathsf{b} = 2\)" in text
    assert text.count(r"for every \(\mathsf{b} > 0\)") == 2
    assert r"for every \(b > 0\)" not in text
    assert r"apply the derivative \(a v + b \overline{v}\)" in text


def test_standalone_is_an_article(theory_of: Callable[..., Theory], text: str) -> None:
    article = steps_of(theory_of("algebraic"), standalone=True)
    assert article.startswith("\\documentclass{article}\n") and "\n\\usepackage{amsmath}\n" in article
    assert text in article and article.endswith("\\end{document}\n")


@pytest.mark.parametrize(
    ("form", "options", "message"),
    [
        ("json", {"steps": True}, "steps, labels and articles are LaTeX; got json"),
        ("c", {"prefix": "x"}, "steps, labels and articles are LaTeX; got c"),
        ("latex", {"standalone": True}, "an article has the steps"),
        ("latex", {"prefix": "a{b"}, "a prefix of labels has letters, digits, colons, points and hyphens; got 'a{b'"),
        ("latex", {"prefix": 3}, "a prefix of labels has letters"),
    ],
)  # fmt: skip
def test_what_makes_no_derivation_is_refused(
    form: str, options: dict[str, object], message: str, theory_of: Callable[..., Theory]
) -> None:
    with pytest.raises(LawError, match=re.escape(message)):
        export(theory_of("algebraic")["forced_amplitude"], form, **options)  # type: ignore[arg-type]
