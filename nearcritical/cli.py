"""The command line. Each command imports what it needs when it runs, so that help is instant."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from nearcritical.commands import (
    FORMS,
    NETWORK,
    Commands,
    assignments,
    conclude,
    deliver,
    derived,
    digits_of,
    digits_option,
    exclude,
    form_of,
    jobs_option,
    json_flag,
    kept_laws_options,
    model_options,
    place_option,
    point_option,
    prefix_option,
    require_place,
    standalone_flag,
    terms_option,
)
from nearcritical.model.model import Model
from nearcritical.model.model_file import read_model
from nearcritical.results.checks import check_record
from nearcritical.results.laws import (
    bound_record,
    enclosure_record,
    evaluation_record,
    law_files,
    law_summary,
)
from nearcritical.results.written import json_text
from nearcritical.system.files import require_directory, require_file, write_file, write_files
from nearcritical.system.progress import shown_progress


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nearcritical")
def main() -> None:
    """Derive, export and verify the laws of convolutional recurrent networks near their critical point.

    Without a MODEL the network is algebraic/laplacian in one dimension with c = 3/10.
    """


@main.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@kept_laws_options
@json_flag
def laws(names: tuple[str, ...], model: Model, kept: bool, as_json: bool) -> None:
    """List the laws, or show all that those of these names say."""
    from nearcritical.model.building import theory_of
    from nearcritical.results import text

    with derived(model, names, "listing laws", kept=kept) as found:
        if as_json:
            listed = json_text([law_summary(law) for law in found])
        elif names:
            listed = "\n\n".join(map(text.statement_text, found))
        else:
            listed = "\n\n".join(
                filter(None, [text.laws_table(found), text.absent_text(theory_of(model, kept=kept))])
            )
    deliver(listed)


@main.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@model_options
@terms_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "latex"]),
    default="text",
    show_default=True,
    help="As text, or for a paper.",
)
@standalone_flag
@prefix_option
@place_option("--out", metavar="DIR", help="Write one .tex and one .json per law here instead.")
def derive(
    names: tuple[str, ...], model: Model, form: str, standalone: bool, prefix: str, out: str | None
) -> None:
    """Show how laws are derived, in checked steps."""
    from analytics.export.derivation import require_prefix
    from analytics.export.formats import export as exported
    from nearcritical.model.building import theory_of
    from nearcritical.results import text

    require_prefix(prefix)
    if form == "latex":
        exclude(
            "derive --format latex writes to standard output, export --format latex --steps to a file,", "out"
        )
        with derived(model, names, "writing steps") as found:
            source = exported(found, form, steps=True, standalone=standalone, prefix=prefix)
        deliver(source)
        return
    exclude("--format text has no labels", "standalone", "prefix")
    if out is None:
        with derived(model, names, "writing steps"):
            steps = text.derivation(theory_of(model), names)
        click.echo(steps)
        return
    require_directory(Path(out))
    with derived(model, names, "writing laws") as found:
        files = law_files(found)
    write_files(Path(out), files)
    click.echo(f"{len(files)} files in {out}")


@main.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@kept_laws_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["latex", "json", "python", "c"]),
    required=True,
    help="What to write.",
)
@click.option("--steps", is_flag=True, help="Of latex: the derivations too.")
@standalone_flag
@prefix_option
@place_option("--out", metavar="FILE", help="Write to this file instead of standard output.")
def export(
    names: tuple[str, ...],
    model: Model,
    kept: bool,
    form: str,
    steps: bool,
    standalone: bool,
    prefix: str,
    out: str | None,
) -> None:
    """Write laws as LaTeX, JSON, Python or C source."""
    from analytics.export.derivation import require_prefix
    from analytics.export.formats import PROGRAMS
    from analytics.export.formats import export as exported
    from analytics.export.program import left_out

    require_place(out)
    require_prefix(prefix)
    with derived(model, names, "writing laws", kept=kept and not steps) as found:
        source = exported(found, form, steps=steps, standalone=standalone, prefix=prefix)
    deliver(source, out)
    for missing in left_out(found) if form in PROGRAMS else ():
        click.echo(f"nearcritical: {missing}", err=True)


@main.command()
@click.argument("name", metavar="LAW")
@kept_laws_options
@point_option
@digits_option(
    None, "Significant digits; 50 unless given, of a law with a remainder those that the next term leaves."
)
@click.option("--enclosure", is_flag=True, help="Prove each value: in a ball, by interval arithmetic.")
@json_flag
def evaluate(
    name: str,
    model: Model,
    kept: bool,
    point: tuple[str, ...],
    digits: int | None,
    enclosure: bool,
    as_json: bool,
) -> None:
    """Evaluate a law at a point, to any digits."""
    from nearcritical.results import text

    at, places = dict(assignments("--at", point)), digits or 50
    with derived(model, (name,), f"evaluating {name}", kept=kept) as (law,):
        if enclosure:
            record = enclosure_record(law, law.branches(at, places, enclosure=True), law.omitted(at), places)
        else:
            record = evaluation_record(law, law.states(at, places), law.omitted(at), places)
    if not record.get("terms_decrease", True):
        click.echo(
            f"nearcritical: warning: the terms of {name} do not decrease at this point: "
            f"its remainder O({record['remainder']}) says nothing of the value.",
            err=True,
        )
    if as_json:
        deliver(json_text(record))
        return
    click.echo(text.enclosures_text(record) if enclosure else text.values_text(record, digits is not None))


@main.command()
@click.argument("name", metavar="LAW")
@model_options
@terms_option
@click.option(
    "--up-to", "end", required=True, metavar="NAME=VALUE", help="The variable of the remainder, and its end."
)
@point_option
@json_flag
def bound(name: str, model: Model, end: str, point: tuple[str, ...], as_json: bool) -> None:
    """Prove how far a law with a remainder is from the exact one.

    K with |exact - formula| <= K F**s for every F up to the end of the range.
    """
    from nearcritical.results import text

    up_to, at = dict(assignments("--up-to", (end,))), dict(assignments("--at", point))
    with derived(model, (name,), f"bounding {name}") as (law,):
        record = bound_record(law, law.error_bound(up_to, at))
    deliver(json_text(record) if as_json else text.bound_text(record))


@main.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@model_options
@terms_option
@digits_option(None, "Digits to agree to; the model file's, or 50, unless given.")
@jobs_option
@place_option("--json", "file", metavar="FILE", help='Write the verdicts here; "-" is standard output.')
def verify(names: tuple[str, ...], model: Model, digits: int | None, jobs: int, file: str | None) -> None:
    """Verify laws by direct simulation.

    Exit code 1 if any fails.
    """
    from nearcritical.results import text
    from nearcritical.results.verification import verdict_records

    require_place(file)
    verdicts = verdict_records(model, names, digits_of(model, digits), jobs)
    passed = not any(verdict["passed"] is False for verdict in verdicts)
    conclude(text.verdicts_table(verdicts), json_text(verdicts), file, passed=passed)


@main.command()
@click.argument("names", nargs=-1, metavar="[OBSERVABLE]...")
@model_options
@digits_option(30, "Digits of the exponent; 30 unless given.")
@click.option("--against", metavar="LAW", help="An exact law to evaluate in place of measurements.")
@click.option(
    "--compare", nargs=2, metavar="A.toml B.toml", help="Two networks side by side, in place of a MODEL."
)
@place_option("--json", "file", metavar="FILE", help='Write the exponents here; "-" is standard output.')
def exponents(
    names: tuple[str, ...],
    model: Model,
    digits: int,
    against: str | None,
    compare: tuple[str, str] | None,
    file: str | None,
) -> None:
    """Measure scaling exponents by simulation.

    OBSERVABLE: forced_amplitude, detuned_amplitude, resonance_bandwidth, relaxation_time,
    propagation_length, evanescent_length or free_relaxation; all that the network has unless given.
    Each exponent is compared with the exact rational. Exit code 1 if any disagrees or falls short of the digits.
    """
    from nearcritical.results import text
    from nearcritical.results.verification import compared_exponents, exponent_records, stated_exponents

    require_place(file)
    if compare is None and (stated := stated_exponents(model, names)) is not None:
        conclude(text.stated_table(stated), json_text(stated), file, passed=True)
    if compare is None:
        records = exponent_records(model, names, digits, against)
        shown, content = text.exponents_table(records), json_text(records)
    else:
        exclude("--compare names both networks", "model_file", *NETWORK, "constants", "against")
        comparison = compared_exponents([read_model(path) for path in compare], names, digits)
        records = [found for line in comparison["observables"] for found in line["exponents"] if found]
        shown, content = text.comparison_table(comparison), json_text(comparison)
    passed = all(found["passed"] and found["shortfall"] is None for found in records)
    conclude(shown, content, file, passed=passed)


@main.command()
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


@main.command()
@click.argument("name", metavar="NAME")
@model_options
@click.option("--x", metavar="SPAN", help="Of a law: the parameter along the axis, F=1e-6:1:log.")
@click.option("--y", metavar="SPAN", help="Of a law: a second parameter, for a map.")
@point_option
@click.option(
    "--measure",
    "points",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Simulations along an axis.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="What to write; as the name after --out ends, or svg.",
)
@place_option("--data", metavar="FILE.csv", help="Of a law: write the values drawn here as well.")
@place_option("--out", metavar="FILE", help="Where the drawing goes; NAME.FORMAT unless given.")
def plot(
    name: str,
    model: Model,
    x: str | None,
    y: str | None,
    point: tuple[str, ...],
    points: int,
    form: str | None,
    data: str | None,
    out: str | None,
) -> None:
    """Draw a picture by its name, or a law against its parameters.

    NAME: a law, or amplitude_against_forcing, response_against_detuning, decay_against_wavenumber,
    times_and_lengths_against_background or wave_on_backgrounds. Lines are the law, points are simulations.
    """
    from nearcritical.drawing.curve import plot as plotted
    from nearcritical.drawing.pictures import drawing
    from nearcritical.drawing.plots import DRAWINGS
    from nearcritical.drawing.study import Study
    from nearcritical.model.building import theory_of

    form = form_of(out, form)
    place = Path(out or f"{name}.{form}")
    require_file(place)
    require_place(data)
    at = dict(assignments("--at", point))
    with shown_progress() as progress:
        if name in DRAWINGS:
            exclude(f"{name} is a picture", "x", "y", "point", "points", "data")
            study = Study(theory_of(model), told=lambda part: progress(f"drawing {name}", part, 1))
            caption, content = drawing(name, study, form)
        else:
            found = plotted(
                theory_of(model)[name],
                x,
                y,
                at=at,
                points=points,
                progress=lambda done, total: progress(f"drawing {name}", done, total),
            )
            caption, content = found.caption, found.saved(form)
    write_file(place, content)
    if data:
        write_file(Path(data), found.csv)
    click.echo(f"{place}\n{caption}")


@main.command()
@click.argument("name", metavar="OBSERVABLE|LAW")
@model_options
@terms_option
@click.option(
    "--grid",
    "ranges",
    multiple=True,
    required=True,
    metavar="RANGE",
    help="F=1e-6:1e-1:50:log, delta=-0.2:0.2:41 or k=0,pi/4; repeatable.",
)
@point_option
@click.option("--measure", is_flag=True, help="Simulate, where a law has the name of an observable.")
@digits_option(15, "Significant digits; 15 unless given.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes; as many as there are cores unless given.",
)
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Of a Dask cluster, in place of processes.")
@place_option("--out", required=True, metavar="FILE.sqlite", help="What is done, and continued from there.")
@place_option("--export", "table", metavar="FILE.csv|.nc|.parquet", help="Write a table as well, at the end.")
def sweep(
    name: str,
    model: Model,
    ranges: tuple[str, ...],
    point: tuple[str, ...],
    measure: bool,
    digits: int,
    jobs: int | None,
    scheduler: str | None,
    out: str,
    table: str | None,
) -> None:
    """Evaluate a law, or measure an observable, over a grid.

    Each point is one row of FILE.sqlite, written when it is known. Ended at any moment and started again, the sweep
    continues: nothing is lost, nothing is done twice.
    """
    from nearcritical.sweeps.subject import subject_of
    from nearcritical.sweeps.sweep import sweep as swept
    from nearcritical.sweeps.table import export_sweep, require_export

    if scheduler is not None:
        exclude("--scheduler names the workers", "jobs")
    if table is not None:
        require_export(table)
    with shown_progress() as progress:
        progress(f"preparing {name}", 0, 1)
        subject, network = subject_of(model, name, is_measured=measure)
        found = swept(
            subject,
            dict(assignments("--grid", ranges)),
            out=out,
            network=network,
            at=dict(assignments("--at", point)),
            digits=digits,
            jobs=jobs or os.cpu_count() or 1,
            scheduler=scheduler,
            progress=lambda done, total: progress(f"sweeping {name}", done, total),
        )
    if table is not None:
        export_sweep(out, table)
    click.echo(str(found))


@main.command()
@model_options
@terms_option
@digits_option(None, "Digits to verify to; the model file's, or 50, unless given.")
@jobs_option
@place_option("--out", default="report", metavar="DIR", show_default=True, help="Where the report goes.")
def report(model: Model, digits: int | None, jobs: int, out: str) -> None:
    """Derive, export and verify everything.

    The files go into DIR; index.html is the page to read. Exit code 1 if any law fails.
    """
    from nearcritical.report.writing import require_shelf, write_report

    require_shelf(Path(out))
    passed, verdict = write_report(Path(out), model, digits=digits_of(model, digits), jobs=jobs)
    click.echo(f"{verdict}\n{Path(out) / 'index.html'}")
    sys.exit(0 if passed else 1)
