"""Commands that draw a law, sweep it over a grid, and report on all of a network."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nearcritical.commands import (
    FORMS,
    assignments,
    digits_of,
    digits_option,
    exclude,
    form_of,
    jobs_option,
    model_options,
    place_option,
    point_option,
    require_place,
    terms_option,
    typed,
)
from nearcritical.model.model import Model
from nearcritical.system.files import require_file, write_file
from nearcritical.system.progress import shown_progress


@click.command()
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
    times_and_lengths_against_background, wave_on_backgrounds, frequencies_of_waves, wave_on_torus, residuals_of_laws or
    digits_of_exponents. Lines are the law, points are simulations.
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
            caption, (content,) = drawing(name, study, form)
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


@click.command()
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
    from nearcritical.system.processes import cores

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
            jobs=jobs or cores(),
            scheduler=scheduler,
            progress=lambda done, total: progress(f"sweeping {name}", done, total),
        )
    if table is not None:
        export_sweep(out, table)
    click.echo(str(found))


@click.command()
@model_options
@terms_option
@digits_option(None, "Digits to verify to; the model file's, or 50, unless given.")
@jobs_option
@click.option(
    "--format",
    "form",
    type=click.Choice(("html", "pdf")),
    default="html",
    show_default=True,
    help="pdf: a paper as well, paper.pdf, or its LaTeX alone where latexmk is not installed.",
)
@place_option("--out", default="report", metavar="DIR", show_default=True, help="Where the report goes.")
def report(model: Model, digits: int | None, jobs: int | None, form: str, out: str) -> None:
    """Derive, export and verify everything.

    The files go into DIR; index.html is the page to read. Exit code 1 if any law fails.
    """
    from nearcritical.report.writing import require_shelf, write_report

    require_shelf(Path(out))
    passed, verdict = write_report(
        Path(out),
        model,
        digits=digits_of(model, digits),
        jobs=jobs,
        command=typed(),
        with_paper=form == "pdf",
    )
    click.echo(f"{verdict}\n{Path(out) / 'index.html'}")
    if (Path(out) / "paper.pdf").exists():
        click.echo(str(Path(out) / "paper.pdf"))
    sys.exit(0 if passed else 1)
