"""What a name means to a sweep: a law of the theory, or an observable."""

from __future__ import annotations

from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical.model.building import network_of, theory_of
from nearcritical.model.model import Model
from numerics.observables.discovery import observables


def subject_of(model: Model, name: str, *, is_measured: bool) -> tuple[Law | str, Network | None]:
    """The law of that name; the observable and its network where no law has the name, or the observable `is_measured`.

    Raises UnknownNameError where nothing has it.
    """
    if is_measured or (name in observables() and name not in theory_of(model)):
        return name, network_of(model)
    return theory_of(model)[name], None
