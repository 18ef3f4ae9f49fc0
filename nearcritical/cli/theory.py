"""Commands that show, write and evaluate laws."""

from __future__ import annotations

from pathlib import Path

import click

from nearcritical.commands import (
    assignments,
    deliver,
    derived,
    digits_option,
    exclude,
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
from nearcritical.results.laws import (
    bound_record,
    enclosure_record,
    evaluation_record,
    law_files,
    law_summary,
)
from nearcritical.results.written import json_text
from nearcritical.system.files import require_directory, write_files


@click.command()
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


@click.command()
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


@click.command()
@click.argument("names", nargs=-1, metavar="[LAW]...")
@kept_laws_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["latex", "json", "python", "numpy", "c", "javascript"]),
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
    """Write laws as LaTeX, JSON, or Python, C or JavaScript source."""
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


@click.command()
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


@click.command()
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
