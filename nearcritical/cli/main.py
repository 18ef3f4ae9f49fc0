"""The command ``nearcritical`` and its parts, in the order in which help lists them."""

from __future__ import annotations

import click

from nearcritical.cli.evidence import check, exponents, verify
from nearcritical.cli.landscapes import landscape
from nearcritical.cli.studies import plot, report, sweep
from nearcritical.cli.theory import bound, derive, evaluate, export, laws
from nearcritical.commands import Commands


def say_version(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Print the version, and a library under another licence where it is used."""
    if not is_asked or context.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    click.echo(f"nearcritical, version {version('nearcritical')}")
    try:
        click.echo(
            f"Transforms of doubles by ducc0 {version('ducc0')}, under the GPL, from nearcritical[fast]."
        )
    except PackageNotFoundError:
        click.echo("Transforms of doubles by SciPy.")
    context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=say_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Derive, export and verify the laws of convolutional recurrent networks near their critical point.

    Without a MODEL the network is algebraic/laplacian in one dimension with c = 3/10.
    """


for part in (laws, derive, export, evaluate, bound, verify, exponents, check, plot, sweep, landscape, report):
    main.add_command(part)
