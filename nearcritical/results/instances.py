"""A general network by its instances: networks that are known, and the verdicts on its laws there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derivations.instances import instance
from nearcritical.model.building import network_of, theory_of
from nearcritical.model.model_file import model_of_names
from nearcritical.results.verdicts import verdict_record
from nearcritical.results.written import Record
from numerics.verification.verify import verify

if TYPE_CHECKING:
    from analytics.network.network import Network
    from nearcritical.model.model import Model
    from nearcritical.system.progress import Progress

ACTIVATIONS = ("algebraic", "tanh", "arctan", "quartic", "r/(1+r**6)**(1/6)")
"""Activations whose psi has powers n p + 1 of R alone, with p = 2, 4 and 6."""

SETTINGS = 2
"""Settings beside the limit at which an instance is verified."""


def instances_of(network: Network) -> list[tuple[str, Network]]:
    """Networks for a general one: activations of its order, or of several, with its kernel or one of its parity."""
    kernel = network.kernel
    if kernel.is_general:
        kernel = network_of(
            model_of_names("tanh", "advection" if kernel.is_real else "laplacian", 1, [])
        ).kernel
    named = [(name, network_of(model_of_names(name, "laplacian", 1, [])).activation) for name in ACTIVATIONS]
    order = network.activation.order
    fitting = [one for one in named if network.activation.has_open_order or one[1].order == order]
    return [
        (f"{name}/{kernel.name}", replace(network, activation=activation, kernel=kernel))
        for name, activation in fitting
    ]


def instance_records(model: Model, digits: int, progress: Progress) -> list[Record]:
    """The verdicts on every law of a general network at each of its instances; instance: its name."""
    theory = theory_of(model)
    tasks = [(name, *known) for name in theory for known in instances_of(theory.network)]
    records = []
    for done, (name, place, network) in enumerate(tasks):
        progress(f"verifying {name} at {place}", done, len(tasks))
        verdict = verify(instance(theory[name], network), digits, most=SETTINGS)
        records.append({"instance": place, **verdict_record(verdict, digits)})
    return records
