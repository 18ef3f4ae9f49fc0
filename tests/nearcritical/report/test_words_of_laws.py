"""What laws and their steps say in words: each letter of a formula is set as one, on paper and in the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

import pytest

from analytics.expressions.prose import GREEK, prose
from nearcritical import Law, Theory, derive, export, network
from nearcritical.report.mathml import sentence
from nearcritical.report.views.law import validity_words
from nearcritical.report.views.network import network_view

NETWORKS = [
    ("algebraic", "laplacian", 1),
    ("quartic", "laplacian", 1),
    ("tanh", "advection", 1),
    ("algebraic", "laplacian", 2),
]
TYPED = re.compile(r"(?<![\w'])(?!a\b)[A-Za-z](?![\w'])|[_^*]|[-<>]>|\b(?:" + "|".join(GREEK) + r")\b|\)'|''")
"""Letters and signs as they are typed; the article is a word."""

ARTICLE = re.compile(r"(?:^|[.:] )A (?=[a-z]{2})")
SET = re.compile(r"<i>.*?</i>|</?su[bp]>|&#39;s|&\w+;|z\u0304")
DRAWN = Random(5)
NAMES = [
    "g",
    "X",
    "N",
    "kappa",
    "gamma",
    "mu",
    *("".join(DRAWN.choices("bdfghlmntuw", k=4)) for _ in range(6)),
]


def words_of(law: Law) -> Iterator[str]:
    yield from (law.meaning, law.validity, *(step.claim for step in law.steps))
    yield from (parameter.meaning for parameter in law.parameters)


@pytest.mark.parametrize("case", NETWORKS, ids=lambda case: "-".join(map(str, case)))
def test_no_letter_of_a_formula_is_left_among_the_words(
    case: tuple[str, str, int], theory_of: Callable[..., Theory]
) -> None:
    left = {
        typed: (paper, page)
        for law in theory_of(*case).values()
        for typed in words_of(law)
        for paper in [ARTICLE.sub("", re.sub(r"\\\(.*?\\\)", "", prose(typed)).replace(r"\_", ""))]
        for page in [SET.sub("", ARTICLE.sub("", str(sentence(typed))))]
        if TYPED.search(paper) or TYPED.search(page)
    }
    assert left == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_constant_stands_in_formulas_wherever_a_law_names_it(name: str) -> None:
    """ "for every g > 0" on paper, in the page and in a notebook."""
    own = network(f"tanh({name}*r)/{name}", "laplacian", **{name: 2})
    law = derive(own)["resonant_amplitude_exact"]
    paper = export(law, "latex", steps=True)
    assert re.search(r"for every \\\(\S+ > 0\\\)\.", paper), paper
    assert re.search(r"for every \$\S+ &gt; 0\$", law._repr_html_())
    assert not TYPED.search(SET.sub("", str(validity_words(law)))) and f"{name} &gt;" not in str(
        validity_words(law)
    )


def test_an_inverse_without_a_closed_form_is_told_by_what_it_is() -> None:
    """Nothing is said to equal itself."""
    for profile in ("r/(1 + r**2 + r**4)**(1/4)", "tanh(r)/2 + r/(2*sqrt(1 + r**2))", "tanh"):
        for _, shown in network_view(network(profile, "laplacian"))["rows"]:  # type: ignore[attr-defined]
            (source,) = re.findall(r'application/x-tex">(.*?)</annotation>', str(shown))
            left, equals, right = source.partition(" = ")
            assert not equals or left != right
