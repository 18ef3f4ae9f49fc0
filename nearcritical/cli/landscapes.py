"""The command that sends a wave through a landscape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from analytics.errors import NearCriticalError, ParameterError
from nearcritical.commands import json_flag, model_options, place_option
from nearcritical.model.model import Model
from nearcritical.results.written import json_text
from nearcritical.system.files import require_directory, write_file
from nearcritical.system.progress import shown_progress

STEPS = 6000
"""Of the simulation, in which a wave of 0.05 sites per step comes three hundred sites far."""


@click.command()
@click.argument("file", metavar="FILE")
@model_options
@click.option(
    "--source", "site", required=True, metavar="X1,X2", help="The site of the source, 12,40: row, column."
)
@click.option("--frequency", required=True, metavar="OMEGA", help="Of the source, in rad/step.")
@click.option("--strength", default="1", metavar="I0", help="Input where an image is white; 1 unless given.")
@click.option(
    "--threshold", default="1e-6", metavar="PART", help="Of the largest amplitude; 1e-6 unless given."
)
@click.option(
    "--steps",
    type=click.IntRange(min=0),
    default=STEPS,
    metavar="N",
    help=f"Of the simulation; {STEPS} unless given.",
)
@click.option(
    "--frames", type=click.IntRange(min=1), default=100, metavar="N", help="Of the film; 100 unless given."
)
@click.option("--maps", "mapped", is_flag=True, help="Laws at the local strength, beside the simulation.")
@click.option(
    "--local", "spot", metavar="X1,X2", help="A site: its dispersion by the laws, and a pulse there."
)
@click.option("--proved", "proving", is_flag=True, help="Prove where the wave goes, by ball arithmetic.")
@click.option(
    "--no-cache",
    is_flag=True,
    envvar="NEARCRITICAL_NO_CACHE",
    help="Derive the laws of maps anew, and keep none.",
)
@place_option("--out", metavar="DIR", help="Where a picture, a film, the record and the fields go.")
@json_flag
def landscape(
    file: str,
    model: Model,
    site: str,
    frequency: str,
    strength: str,
    threshold: str,
    steps: int,
    frames: int,
    mapped: bool,
    spot: str | None,
    proving: bool,
    no_cache: bool,
    out: str | None,
    as_json: bool,
) -> None:
    """Ask where a wave can go in a landscape of activity.

    FILE: a PNG, black being no input and white --strength; an array in .npy; or a formula in x1, x2 in a .toml file,
    see examples/landscape.toml. The network has the dimension of the landscape. The steady state, the stationary wave
    of the source and its arrival in a simulation are found, and which sites the wave reaches.
    """
    from nearcritical.landscape.journey import journey, journey_record, journey_text
    from nearcritical.landscape.maps import (
        local_maps,
        local_place,
        maps_record,
        maps_text,
        place_record,
        place_text,
    )
    from nearcritical.landscape.proof import proof_record, proof_text, proved_reach
    from nearcritical.landscape.reading import read_landscape
    from nearcritical.landscape.writing import journey_files
    from nearcritical.model.building import network_of, theory_of
    from numerics.landscapes.landscape import Source, require_site

    place = None if out is None else Path(out)
    if place is not None:
        require_directory(place)
    found = read_landscape(file, strength=_number(strength, "--strength"))
    source = Source(_site(site, "--source"), _number(frequency, "--frequency")).inside(found.shape)
    chosen = None if spot is None else _site(spot, "--local")
    if chosen is not None:
        require_site("--local", chosen, found.shape)
    part = _number(threshold, "--threshold")
    part = float(part) if part.is_extended_real else part
    model = _of_dimension(_without_modulation(model), len(found.shape))
    with shown_progress() as progress:
        came = journey(
            network_of(model),
            found,
            source,
            threshold=part,
            steps=steps,
            frames=min(frames, steps) if place is not None else 0,
            progress=progress,
        )
        theory = theory_of(model, kept=not no_cache) if mapped or chosen is not None else None
        maps = local_maps(came, theory) if theory is not None and mapped else None
        here = local_place(came, theory, chosen) if theory is not None and chosen is not None else None
        proof = (
            proved_reach(network_of(model), found, source, threshold=came.reach.threshold, progress=progress)
            if proving
            else None
        )
        files = {} if place is None else journey_files(came, maps)
    record = journey_record(came)
    lines = [journey_text(came)]
    if maps is not None:
        record["maps"] = maps_record(maps)
        lines.append(maps_text(maps))
    if here is not None:
        record["local"] = place_record(here)
        lines.append(place_text(here))
    if proof is not None:
        record["proof"] = proof_record(proof)
        lines.append(proof_text(proof))
    if place is not None:
        files["landscape.json"] = json_text(record)
        for name, content in files.items():
            write_file(place / name, content)
        lines += [str(place / name) for name in files]
    click.echo(json_text(record) if as_json else "\n".join(lines), nl=not as_json)


def _number(text: str, option: str) -> Any:
    """The exact number of an option. Raises ParameterError that names the option."""
    from analytics.expressions.parameter import exact_number

    try:
        return exact_number(text, option)
    except NearCriticalError as error:
        raise ParameterError(option, error.requirement, error.received, error.remedy) from error


def _site(text: str, option: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(f"{option} takes whole numbers, 12,40; got {text!r}.") from None


def _without_modulation(model: Model) -> Model:
    """The model itself. Raises ParameterError for one that has an uneven background already."""
    if model.modulation is not None:
        raise ParameterError(
            "landscape",
            "the input is that of the file, and the network has no modulation",
            model.modulation,
            "Leave it out, or write the formula into the file.",
        )
    return model


def _of_dimension(model: Model, axes: int) -> Model:
    """The model on a lattice of as many axes as the landscape has, unless the dimension was given."""
    context = click.get_current_context()
    given = context.get_parameter_source("dimension") is ParameterSource.COMMANDLINE
    return model if given or model.origin else replace(model, dimension=axes)
