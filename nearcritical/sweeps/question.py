"""What a sweep asks at every point, as text that any process can answer.

The text is JSON: the law, or the observable and its network, as `save` writes them. A worker reads it as a file is
read; nothing of it is evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from time import perf_counter
from typing import Any

from analytics.errors import NearCriticalError, ParameterError, SweepError, unknown_name
from analytics.evaluation.decimals import decimal
from analytics.export.network_record import network_from_record, network_record
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical.saved.plain import Shared, made, plain
from nearcritical.sweeps.grid import Grid, Point
from numerics.observables.discovery import observable_named
from numerics.observables.measure import measure


@dataclass(frozen=True, slots=True)
class Question:
    """A law to be evaluated, or an observable to be measured, to so many digits.

    law: None where `observable` is measured on `network`.
    """

    network: Network
    observable: str
    law: Law | None
    digits: int

    @property
    def name(self) -> str:
        """Of the law, or of the observable."""
        return self.law.name if self.law else self.observable

    @property
    def kind(self) -> str:
        return "law" if self.law else "observable"

    @property
    def meaning(self) -> str:
        return self.law.meaning if self.law else observable_named(self.observable).meaning

    @property
    def unit(self) -> str:
        """Of the values, "" for a pure number."""
        return observable_named(self.observable).unit

    @property
    def text(self) -> str:
        """The question for `answer`."""
        shared = Shared([self.network])
        law = None if self.law is None else plain(self.law, Law, shared)
        networks = [network_record(network) for network in shared.networks]
        record = {
            "version": version("nearcritical"),
            "observable": self.observable,
            "law": law,
            "digits": self.digits,
            "networks": networks,
        }
        return json.dumps(record, separators=(",", ":"), ensure_ascii=False)

    def parameters(self, names: Sequence[str]) -> tuple[Parameter, ...]:
        """What the experimenter sets, given the names of a point."""
        if self.law:
            return self.law.parameters
        return observable_named(self.observable).parameters_at(self.network.valued, names)


@dataclass(frozen=True, slots=True)
class Answer:
    """At one point: the values as decimals of all the digits asked for, or why there is none, in one line.

    imaginary: None of real values. seconds: what it took.
    """

    real: tuple[str, ...]
    imaginary: tuple[str, ...] | None
    seconds: float
    refusal: str | None = None


def asked(subject: Law | str, network: Network | None, grid: Grid, digits: int) -> Question:
    """The question of a law, or of the observable of that name on a network, for points of this grid.

    Raises SweepError where a network is missing or one too many, UnknownNameError for an observable or a parameter,
    ParameterError for one that the grid does not give, ActivationError for a constant without a value.
    """
    first = grid.point(0)
    if isinstance(subject, Law):
        if network is not None:
            raise SweepError("sweeping a law", "it has a network", repr(network), "Leave the network out.")
        version_there = _bare(subject.at(first))
        _ = subject.valued  # raises where a constant has no value, which no point could give
        question = Question(subject.network, subject.observable, version_there, digits)
    elif network is None:
        raise SweepError("sweeping an observable", "a network is needed", "none", "Give a network, or a law.")
    else:
        question = Question(network, observable_named(subject).name, None, digits)
    _require_names(f"sweeping {question.name}", question.parameters(list(first)), first)
    return question


def _bare(law: Law) -> Law:
    """One version of a law without its steps, which no value depends on."""
    where = tuple(map(_bare, law.where))
    return replace(law, steps=(), alternatives=(), where=where, growth=law.growth and _bare(law.growth))


def _require_names(operation: str, parameters: Iterable[Parameter], point: Point) -> None:
    """Raise UnknownNameError or ParameterError unless a point names the parameters that it must."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in point:
        if name not in known:
            raise unknown_name(operation, "parameter", name, known)
    for name, parameter in known.items():
        if name not in point and parameter.default is None:
            raise ParameterError(
                operation, f"{name} ({parameter.meaning}) must be given", ", ".join(point), f"Add {name}."
            )


def answer(text: str, point: Point) -> Answer:
    """The answer to the question of that text at a point; runs in any process.

    Raises SweepError where this process has another version of the toolkit than the one that asks.
    """
    question, begun = _question(text), perf_counter()
    try:
        values = _values(question, point)
    except NearCriticalError as error:
        return Answer((), None, perf_counter() - begun, str(error))
    seconds, digits = perf_counter() - begun, question.digits
    real = tuple(decimal(value.real, digits) for value in values)
    is_complex = any(hasattr(value, "_mpc_") for value in values)
    imaginary = tuple(decimal(value.imag, digits) for value in values) if is_complex else None
    return Answer(real, imaginary, seconds)


def _values(question: Question, point: Point) -> Sequence[Any]:
    if question.law:
        return question.law.branches(point, question.digits)
    return measure(question.observable, question.network, point, question.digits).values


@lru_cache(maxsize=4)
def _question(text: str) -> Question:
    record = json.loads(text)
    if record["version"] != (here := version("nearcritical")):
        need = f"every process must have nearcritical {record['version']}"
        raise SweepError("answering a sweep", need, here, "Install the same version everywhere.")
    shared = Shared([network_from_record(each) for each in record["networks"]])
    law = None if record["law"] is None else made(record["law"], Law, shared)
    return Question(shared.networks[0], record["observable"], law, record["digits"])
