"""The page of a report: first the laws, their exponents and pictures, then how they come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from nearcritical.report.compared_numbers import beside_exact
from nearcritical.report.mathml import mathematics, sentence
from nearcritical.report.views.law import (
    absent_views,
    chapter_views,
    fraction,
    places,
    remainder,
    source_views,
)
from nearcritical.report.views.live import live_view
from nearcritical.report.views.network import network_view
from nearcritical.results.text import exponent_outcome

if TYPE_CHECKING:
    from derivations.theory import Theory
    from nearcritical.drawing.pictures import Picture
    from nearcritical.report.views.provenance import Provenance
    from nearcritical.results.written import Record

WAYS = {
    "sympy": "exact SymPy",
    "numpy": "NumPy",
    "python_source": "Python source",
    "numpy_source": "NumPy source",
    "c_source": "C source",
    "javascript_source": "JavaScript source",
    "mpmath": "mpmath",
    "ball": "ball arithmetic",
    "simulation": "simulation",
}
"""Ways to a value, and their columns in the table of agreement."""

NEEDED = {"c_source": "no C compiler", "javascript_source": "no Node.js"}
"""Ways that are left out where a program of this machine is missing -> what is not here."""


def page(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    ways: Sequence[Record],
    drawn: Mapping[str, Picture],
    *,
    bounds: Mapping[str, Record],
    files: Sequence[str],
    verdict: str,
    passed: bool,
    provenance: Provenance,
) -> str:
    """The page: network, verdict, table of laws, exponents, pictures, derivations, agreement; it needs no other file.

    drawn: pictures by the names of their files. bounds: of errors, by law.
    files: names of the other files that the page offers. verdict: the
    outcome in one line. passed: did everything pass?
    """
    of_law = {record["law"]: record for record in verdicts}
    shown, missing = shown_ways(ways)
    return _template().render(
        _common(theory, of_law, bounds, files, verdict, passed, provenance),
        general=False,
        exponents=[
            {
                **record,
                "symbol": sentence(record["parameter"]),
                "exact": mathematics(fraction(record["predicted"])),
                "outcome": exponent_outcome(record).lower(),
                "measured": beside_exact(record["measured"], record["predicted"]),
            }
            for record in exponents
        ],
        pictures=[
            {
                "name": picture.name,
                "title": picture.title,
                "caption": sentence(picture.caption),
                "svg": Markup(picture.svg),
                "file": file,
            }
            for file, picture in drawn.items()
        ],
        ways=[
            {
                "law": record["law"],
                "place": places(record["point"]),
                "remainder": remainder(theory[record["law"]]),
                "digits": {name: record["digits"][way] for way, name in shown.items()},
            }
            for record in ways
        ],
        way_names=shown,
        ways_missing=missing,
    )


def shown_ways(ways: Sequence[Record]) -> tuple[dict[str, str], list[str]]:
    """The ways that have a column, and a line for each that has none: no law has digits by it, as nothing ran it."""
    missing = [way for way in NEEDED if all(record["digits"][way] is None for record in ways)]
    shown = {way: name for way, name in WAYS.items() if way not in missing}
    return shown, [f"{WAYS[way]} is left out: {NEEDED[way]} here ran it." for way in missing]


def general_page(
    theory: Theory,
    verdicts: Sequence[Record],
    exponents: Sequence[Record],
    *,
    files: Sequence[str],
    verdict: str,
    passed: bool,
    provenance: Provenance,
) -> str:
    """The page of a general network: its laws, the verdicts of the instances of each, the exponents.

    verdicts: of instances, several of each law; exponents: as they are stated.
    """
    of_law = {name: _of_instances([one for one in verdicts if one["law"] == name]) for name in theory}
    return _template().render(
        _common(theory, of_law, {}, files, verdict, passed, provenance),
        general=True,
        exponents=[
            {**record, "symbol": sentence(record["parameter"]), "exact": mathematics(record["latex"])}
            for record in exponents
        ],
        pictures=(),
        ways=(),
    )


def _common(
    theory: Theory,
    of_law: Mapping[str, Record],
    bounds: Mapping[str, Record],
    files: Sequence[str],
    verdict: str,
    passed: bool,
    provenance: Provenance,
) -> dict[str, object]:
    """What both kinds of page have."""
    return {
        "network": network_view(theory.network),
        "verdict": verdict,
        "passed": passed,
        "chapters": chapter_views(theory, of_law, bounds),
        "absent": absent_views(theory),
        "sources": source_views(theory),
        "files": files,
        "provenance": provenance,
        "live": live_view(theory),
    }


def _of_instances(verdicts: Sequence[Record]) -> Record:
    """The verdict on a law by those on its instances."""
    return {"passed": all(one["passed"] for one in verdicts), "points": (), "kind": "", "instances": verdicts}


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("nearcritical.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
