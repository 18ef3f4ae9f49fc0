"""Commands that compare laws, exponents and formulas of one's own with simulation."""

from __future__ import annotations

import sys

import click

from nearcritical.commands import (
    NETWORK,
    assignments,
    conclude,
    deliver,
    digits_of,
    digits_option,
    exclude,
    is_given,
    jobs_option,
    json_flag,
    model_options,
    place_option,
    point_option,
    require_place,
    terms_option,
)
from nearcritical.model.model import Model
from nearcritical.model.model_file import read_model
from nearcritical.results.checks import check_record
from nearcritical.results.written import json_text
from nearcritical.system.progress import shown_progress


@click.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@model_options
@terms_option
@digits_option(None, "Digits to agree to; the model file's, or 50, unless given.")
@jobs_option
@place_option("--json", "file", metavar="FILE", help='Write the verdicts here; "-" is standard output.')
def verify(
    names: tuple[str, ...], model: Model, digits: int | None, jobs: int | None, file: str | None
) -> None:
    """Verify laws by direct simulation.

    Exit code 1 if any fails.
    """
    from nearcritical.results import text
    from nearcritical.results.verification import verdict_records

    require_place(file)
    verdicts = verdict_records(model, names, digits_of(model, digits), jobs)
    passed = not any(verdict["passed"] is False for verdict in verdicts)
    conclude(text.verdicts_table(verdicts), json_text(verdicts), file, passed=passed)


@click.command()
@click.argument("names", nargs=-1, metavar="[OBSERVABLE]...")
@model_options
@digits_option(30, "Digits of the exponent; 30 unless given, or as many as its experiment has.")
@click.option("--against", metavar="LAW", help="An exact law to evaluate in place of measurements.")
@click.option(
    "--compare", nargs=2, metavar="A.toml B.toml", help="Two networks side by side, in place of a MODEL."
)
@jobs_option
@place_option("--json", "file", metavar="FILE", help='Write the exponents here; "-" is standard output.')
def exponents(
    names: tuple[str, ...],
    model: Model,
    digits: int,
    against: str | None,
    compare: tuple[str, str] | None,
    jobs: int | None,
    file: str | None,
) -> None:
    """Measure scaling exponents by simulation.

    OBSERVABLE: forced_amplitude, detuned_amplitude, resonance_bandwidth, relaxation_time,
    propagation_length, evanescent_length, free_relaxation or static_leak; all that the network has unless given.
    Each exponent is compared with the exact rational. Exit code 1 if any disagrees, or falls short of digits that
    were asked for.
    """
    from nearcritical.results import text
    from nearcritical.results.verification import compared_exponents, exponent_records, stated_exponents

    require_place(file)
    if compare is None and (stated := stated_exponents(model, names)) is not None:
        conclude(text.stated_table(stated), json_text(stated), file, passed=True)
    if compare is None:
        records = exponent_records(model, names, digits, against, jobs)
        shown, content = text.exponents_table(records), json_text(records)
    else:
        exclude("--compare names both networks", "model_file", *NETWORK, "constants", "against", "jobs")
        comparison = compared_exponents([read_model(path) for path in compare], names, digits)
        records = [found for line in comparison["observables"] for found in line["exponents"] if found]
        shown, content = text.comparison_table(comparison), json_text(comparison)
    asked = is_given("digits")
    passed = all(found["passed"] and not (asked and found["shortfall"]) for found in records)
    conclude(shown, content, file, passed=passed)


@click.command()
@click.argument("equation", metavar="EQUATION")
@click.option("--observable", required=True, metavar="NAME", help="What the equation is about.")
@model_options
@point_option
@click.option(
    "--remainder", metavar="POWER", help="The order of the error that you claim: F**(5/3), or R**5."
)
@click.option("--limit", metavar="NAME=0|oo", help="A limit, in which alone the equation need be true.")
@click.option(
    "--branch",
    type=click.IntRange(min=1),
    metavar="B",
    help="The number of one of several values.",
)
@digits_option(None, "Digits to agree to; the model file's, or 50, unless given.")
@json_flag
def check(
    equation: str,
    observable: str,
    model: Model,
    point: tuple[str, ...],
    remainder: str | None,
    limit: str | None,
    branch: int | None,
    digits: int | None,
    as_json: bool,
) -> None:
    """Check an equation of your own by simulation.

    EQUATION: "R = (2*F)**(1/3)", or an implicit one such as "psi(R) - R = F". It stands in the observable's symbol
    and parameters, the constants of the network, its profile rho and its inverse profile psi. Parameters and
    constants that are not fixed are varied; --at c=3/10 fixes a constant. The answer is exact, asymptotic with the
    leading error, wrong with a point that shows it, or not evaluated. Exit code 1 if the equation is wrong or cannot
    be evaluated, or its error is not of the order claimed.
    """
    from nearcritical.model.building import network_of
    from nearcritical.results import text
    from numerics.verification.check import check as checked

    limits = assignments("--limit", () if limit is None else (limit,))
    with shown_progress() as progress:
        found = checked(
            equation,
            observable,
            network_of(model),
            at=dict(assignments("--at", point)),
            remainder=remainder,
            limit=limits[0] if limits else None,
            branch=branch,
            digits=digits_of(model, digits),
            progress=lambda done, total: progress("checking the formula", done, total),
        )
    record = check_record(found)
    deliver(json_text(record) if as_json else text.check_answer(record))
    sys.exit(0 if found.passed else 1)
