"""The article: every law stands in it once with its check, every reference has its label, and files are found."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from analytics.errors import NearCriticalError
from analytics.expressions.notation import r
from analytics.network.activation import Activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from nearcritical import Picture, Theory, network
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.paper import binding
from nearcritical.paper.article import article, references, require_printable
from nearcritical.paper.words import code, listed, power_of_ten


def verdict_of(name: str, theory: Theory) -> dict[str, Any]:
    order = theory[name].remainder_order
    return {
        "law": name,
        "passed": name != "group_velocity",
        "kind": "certified" if name == "forced_amplitude" else "estimated",
        "digits_agreed": 50,
        "remainder_order": None if order is None else str(order),
        "observed_order": None if order is None else "2.99999",
        "reason": "differs at 1 point, 50 % of R_F",
        "points": [{}] * 9,
    }


EXPONENT = {
    "observable": "forced_amplitude",
    "law": "resonant_amplitude",
    "parameter": "F",
    "predicted": "1/3",
    "measured": "0.333333333333333333333333333333",
    "error_bound": "1.5e-31",
    "digits_reached": 30,
    "passed": True,
}
BOUND = {
    "up_to": "1/100",
    "limit": "0",
    "bounds": [{"constant": "0.0105"}],
}


def article_of(theory: Theory) -> str:
    figures = {
        binding.FIGURES[name]: Picture(name, title, "Lines: the law at c = 3/10. Points: simulated.", "")
        for name, (title, _) in DRAWINGS.items()
    }
    verdicts = [verdict_of(name, theory) for name in theory]
    return article(theory, verdicts, [EXPONENT], {"resonant_amplitude": BOUND}, figures, digits=50)


@pytest.fixture(scope="module", params=["laplacian", "advection"])
def written(request: pytest.FixtureRequest, theory_of: Callable[..., Theory]) -> tuple[Theory, str]:
    theory = theory_of("algebraic", request.param)
    return theory, article_of(theory)


def test_every_law_is_an_equation_with_its_check_before_it(written: tuple[Theory, str]) -> None:
    theory, text = written
    for name in theory:
        label = rf"\label{{eq:{name}}}"
        assert text.count(label) == 1
        before = text[: text.index(label)].rpartition(r"\begin{equation}")[0].rstrip().splitlines()[-1]
        assert before.startswith(r"\checked{"), name
        kind = (
            "not confirmed"
            if name == "group_velocity"
            else "exact"
            if theory[name].is_exact
            else "asymptotic"
        )
        assert kind in before


def test_the_margin_says_how_a_law_was_checked(written: tuple[Theory, str]) -> None:
    _, text = written
    assert r"\checked{exact; 50 digits at 9 points; proved}" in text
    assert (
        r"\checked{asymptotic, remainder \(O(F^{3})\); order 2.99999 seen at 9 points, estimated; "
        r"error at most \(0.0105\,F^{3}\) for \(F \le 1/100\), proved}"
    ) in text
    assert r"\checked{\textbf{not confirmed}: differs at 1 point, 50 \% of R\_F}" in text
    assert r"not confirmed: \texttt{group\_\allowbreak{}velocity}" in text


def test_references_labels_citations_and_figures_fit(written: tuple[Theory, str]) -> None:
    _, text = written
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"\\(?:eq)?ref\{([^}]*)\}", text)) <= set(labels)
    cited = {key for keys in re.findall(r"\\cite\{([^}]*)\}", text) for key in keys.split(",")}
    assert cited == set(re.findall(r"@article\{(\w+),", references()))
    assert sorted(re.findall(r"\\pictured\{([^}]*)\}", text)) == sorted(binding.FIGURES.values())
    for begun in set(re.findall(r"\\begin\{(\w+\*?)\}", text)):
        assert text.count(rf"\begin{{{begun}}}") == text.count(rf"\end{{{begun}}}")


def test_laws_that_state_an_exponent_have_every_equation(written: tuple[Theory, str]) -> None:
    theory, text = written
    for name in theory:
        labels = re.findall(rf"\\label\{{eq:{name}:\d+\}}", text)
        assert bool(labels) == (name in {law.name for law in theory.scaling}), name


def test_absent_laws_and_exponents_are_told(written: tuple[Theory, str]) -> None:
    theory, text = written
    assert r"\(1/3\) & \(0.333333333333333333\dots\) & \(1.5 \cdot 10^{-31}\)" in text
    for name in theory.absent:
        assert code(name) in text
    assert r"the law at \(c = 3 / 10\)" in text


def test_the_bibliography_names_the_papers_of_the_laws(theory_of: Callable[..., Theory]) -> None:
    sources = " ".join(law.source for law in theory_of("algebraic", "laplacian").values())
    for paper in set(re.findall(r"arXiv:[\d.]+", sources)):
        assert paper in references()


def test_a_general_network_has_no_paper() -> None:
    with pytest.raises(NearCriticalError, match="an activation with numbers is needed; got general"):
        require_printable(network("general", "laplacian"))


def test_a_name_stands_in_print_or_is_refused_before_the_work() -> None:
    text = article_of(Theory(named("βúł"), names=("kernel_frequency",)))
    assert r"of the network \ensuremath{\beta}\'{u}\l{}/laplacian" in text and text.isascii()
    with pytest.raises(NearCriticalError, match="CYRILLIC SMALL LETTER ZHE"):
        require_printable(named("ж"))


def named(name: str) -> Network:
    return Network(Activation(name, sp.tanh(r)), kernel("laplacian"))


def test_numbers_and_lists_in_print() -> None:
    assert (power_of_ten("2.5e-7"), power_of_ten("3")) == (r"2.5 \cdot 10^{-7}", "3")
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_pages_are_what_the_program_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    copied = (
        "import pathlib; pathlib.Path('paper.pdf').write_bytes(pathlib.Path('figures/a.pdf').read_bytes())"
    )
    monkeypatch.setattr(binding, "MAKE", (sys.executable, "-c", copied))
    assert binding.pages({"paper.tex": "x", "figures/a.pdf": b"%PDF"}) == b"%PDF"


def test_a_program_that_fails_is_told_with_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = "import pathlib, sys; pathlib.Path('paper.log').write_text('x\\n! Undefined\\n'); sys.exit(1)"
    monkeypatch.setattr(binding, "MAKE", (sys.executable, "-c", failed))
    with pytest.raises(NearCriticalError, match=r"latexmk must make pages of it; got ! Undefined\. Mend"):
        binding.pages({"paper.tex": "x"})


@pytest.mark.skipif(bool(binding.missing_programs()), reason="latexmk is not installed")
def test_latexmk_makes_pages(theory_of: Callable[..., Theory]) -> None:
    from matplotlib.figure import Figure

    from nearcritical.drawing.canvas import saved

    figure = saved(Figure(figsize=(5, 4)), "pdf")
    sources: dict[str, str | bytes] = dict.fromkeys(binding.FIGURES.values(), figure)
    text = article_of(theory_of("algebraic", "laplacian"))
    found = binding.pages({**sources, "paper.tex": text, "references.bib": references()})
    assert found.startswith(b"%PDF")
    assert found == binding.pages({**sources, "paper.tex": text, "references.bib": references()})
