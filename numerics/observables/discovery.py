"""The observables there are: what every module of this package lists in OBSERVABLES."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

import numerics.observables as package
from analytics.errors import unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numerics.observables.record import Observable


@cache
def observables() -> Mapping[str, Observable]:
    """Name -> observable, in alphabetical order."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    found = [observable for module in modules for observable in getattr(module, "OBSERVABLES", ())]
    return MappingProxyType({each.name: each for each in sorted(found, key=lambda each: each.name)})


def observable_named(name: str) -> Observable:
    """The observable of that name. Raises UnknownNameError."""
    if name not in observables():
        raise unknown_name("measuring", "observable", name, observables(), see="nearcritical laws")
    return observables()[name]
