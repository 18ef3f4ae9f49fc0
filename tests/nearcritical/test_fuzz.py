"""Whatever is read - expressions, profiles, stencils, model files, laws - is understood or refused at once.

A seeded generator makes inputs in three ways: sentences of the grammar, mutations of texts that are valid, and
noise. Every input gives a result or a NearCriticalError of one line; a refusal takes less than a second.

    python tests/nearcritical/test_fuzz.py --seconds 3600 --seed 7

goes on with other inputs and reports the slowest; `make fuzz` adds those of `guided_fuzz` where atheris is installed.
"""

from __future__ import annotations

import contextlib
import gc
import heapq
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import NearCriticalError
from analytics.export.formats import law_from_record
from analytics.expressions import grammar
from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical.model.building import network_of
from nearcritical.model.model import Model
from nearcritical.model.model_file import model_of_names, model_of_text
from numerics.observables.discovery import observable_named
from numerics.verification.formula import read_formula

GENERATED = Path(__file__).parent.parent.parent / "derivations" / "generated"
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "model.toml"

REFUSAL = 4.0
"""Seconds of processor time that a refusal may take, on a machine that is slow and busy; elsewhere it takes one."""

HANG = 30.0
"""Seconds of processor time after which an input is given up, and the run with it."""

SEED = 20240522
INPUTS = 10_000

x = sp.Symbol("x", real=True)
SYMBOLS = {"x": x, **{name: sp.Symbol(name, positive=True) for name in ("F", "R", "r")}}


# -- inputs --


class Source:
    """Inputs of every kind, each from a random generator that is handed in."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, names: str, depth: int = 4) -> str:
        """A sentence of the grammar in the given names."""
        pick = self.random.random()
        if depth == 0 or pick < 0.25:
            return self.random.choice([*names.split(), *names.split(), *NUMBERS])
        inner = [self.expression(names, depth - 1) for _ in range(4)]
        if pick < 0.75:
            return f"({inner[0]}{self.random.choice(['+', '-', '*', '/', '**'])}{inner[1]})"
        if pick < 0.95:
            name = self.random.choice(sorted(grammar.FUNCTIONS))
            return f"{name}({', '.join(inner[: grammar.FUNCTIONS[name][1]])})"
        return f"where({inner[0]} {self.random.choice(['<', '<=', '>', '>='])} {', '.join(inner[1:])})"

    def mutation(self, text: str) -> str:
        """`text` with a few pieces deleted, doubled, exchanged or replaced."""
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 8])):
            start = self.random.randrange(len(text) + 1)
            end = min(len(text), start + self.random.choice([0, 1, 1, 2, 5, 20]))
            piece = text[start:end]
            other = self.random.randrange(len(text) + 1)
            new = self.random.choice(
                [
                    "",
                    piece * self.random.choice([2, 3, 50]),
                    self.random.choice(FRAGMENTS),
                    chr(self.random.choice([self.random.randrange(128), self.random.randrange(0xD800)])),
                    text[other : other + self.random.choice([1, 3, 9])],
                ]
            )
            text = text[:start] + new + text[end:]
        return text[:50_000]

    def noise(self, length: int = 60) -> bytes:
        return self.random.randbytes(self.random.randrange(length))

    def text(self, valid: list[str], names: str, depth: int = 4) -> str:
        """A text of the kind that `valid` shows: a sentence, a mutation, or noise."""
        pick = self.random.random()
        if pick < 0.4:
            return self.expression(names, depth)
        if pick < 0.9:
            return self.mutation(self.random.choice(valid))
        return self.noise().decode("latin-1")

    def formula(self) -> str:
        """An equation for `check`."""
        if self.random.random() < 0.35:
            return f"{self.random.choice(['R', 'psi(R) - R'])} = {self.expression('F delta k c', 3)}"
        return self.mutation(self.random.choice(FORMULAS))

    def document(self) -> bytes:
        """A model file."""
        pick = self.random.random()
        if pick < 0.1:
            return self.noise(200)
        valid = self.random.choice(DOCUMENTS)
        if pick < 0.6:
            return self.mutation(valid).encode("utf-8", "replace")
        lines = valid.splitlines()
        place = self.random.randrange(len(lines))
        key, equals, _ = lines[place].partition(" = ")
        if equals:
            lines[place] = f"{key} = {self.random.choice(VALUES)}"
        return "\n".join(lines).encode()

    def stencil(self) -> bytes:
        """A model file whose stencil is made up; half of them anti-Hermitian."""
        entries = {}
        for _ in range(self.random.randrange(1, 4)):
            offset = ",".join(str(self.random.randrange(-3, 4)) for _ in range(self.random.choice([1, 1, 2])))
            value = self.text(STENCIL_VALUES, "c I", 2)
            opposite = ",".join(str(-int(part)) for part in offset.split(","))
            if opposite == offset:
                value = f"I*re({value})"
            if self.random.random() < 0.7:
                entries[opposite] = f"-conjugate({value})"
            entries[offset] = value
        if self.random.random() < 0.2:
            entries[self.mutation("1,0")] = "I"
        table = "\n".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in entries.items())
        return f'[constants]\nc = "1/5"\n[kernel.stencil]\n{table}\n'.encode("utf-8", "replace")

    def record(self, records: list[Any]) -> str:
        """A law as JSON, with an entry replaced or its text mutated."""
        text = json.dumps(self.random.choice(records))
        if self.random.random() < 0.5:
            return self.mutation(text)
        record = json.loads(text)
        places = list(_places(record))
        for _ in range(self.random.choice([1, 1, 2])):
            owner, key = self.random.choice(places)
            old = owner[key]
            if isinstance(old, str) and self.random.random() < 0.6:
                owner[key] = self.text([old or "1"], "F delta R k I", 3)
            else:
                owner[key] = self.random.choice(JSON_VALUES)
        return json.dumps(record)


def _places(record: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a record."""
    keys = record if isinstance(record, dict) else range(len(record)) if isinstance(record, list) else ()
    for key in keys:
        yield record, key
        yield from _places(record[key])


NUMBERS = ["0", "1", "2", "3", "7", "1/2", "-1", "0.3", "1e-30", "1e30", "99999", "pi", "E", "I", "6", "1/6"]
FRAGMENTS = [
    *("(", ")", "**", "**9", "9**9**9", "1e999999999", "1e-5000", "/0", "-", "+", "*", ",", "<", "=", "'", '"'),
    *("[", "]", "{", "}", "#", "\n", "\t", "\0", "__import__('os')", "lambda: 1", "nan", "inf", "oo", "zoo", "I"),
    *("r", "R", "sqrt(", "exp(", "log(", "erf(", "tanh(", "where(", "conjugate(", "1/3", "0x10", "1_0", "é", "∞"),
]  # fmt: skip
EXPRESSIONS = [
    "r/(1 + r**6)**(1/6)",
    "F**2 - (R/sqrt(1 - R**2) - R)**2 - 4*R**2/sqrt(1 - R**2)*sin(x/2)**2",
    "(2*F)**(1/3) - F/2 + (2*F)**(5/3)/24",
    "where(x < 1, x, where(x <= 2, F, R))",
    "2*erfinv(R)/sqrt(pi) + atan2(F, x) + log(F)*exp(-x)",
    "1e-40",
    "sqrt(2)/7",
]
FORMULAS = [
    "R = (2*F)**(1/3) - F/2",
    "F**2 = psi(R)**2 + R**2 - 2*psi(R)*R*cos(delta)",
    "R = rho(R + F)",
    "R = F/(2*abs(sin(delta/2)))",
]
PROFILES = [
    "r/sqrt(1 + r**2)",
    "r/(1 + r**6)**(1/6)",
    "tanh(r)",
    "2/pi*atan(pi*r/2)",
    "erf(sqrt(pi)*r/2)",
    "(tanh(r) + r/sqrt(1 + r**2))/2",
    "coth(3*r) - 1/(3*r)",
    "r/(1 + r)",
    "sin(r)",
    "r*exp(-r**2)",
    "asinh(r)",
    "r*(1 + r**2)/(1 + r**2 + r**4)",
]
STENCIL_VALUES = ["-I*c", "2*I*c", "c/2", "I/5", "sqrt(2)*I", "(1 + I)/7", "exp(I*pi/3)*c"]
DOCUMENTS = [
    EXAMPLE.read_text(encoding="utf-8"),
    '[activation]\nname = "own"\nprofile = "r/(1 + a*r**6)**(1/6)"\ninverse = "R/(1 - a*R**6)**(1/6)"\n'
    '[kernel]\nname = "laplacian"\ndimension = 2\n[constants]\na = 2\nc = "1/10"\n',
    '[kernel]\nname = "drift"\n[kernel.stencil]\n"0" = "2*I*c"\n"1" = "-I*c - b/2"\n"-1" = "-I*c + b/2"\n'
    "[constants]\nb = 0.2\nc = 0.3\n[verification]\ndigits = 30\n",
]
VALUES = [
    *("0.3", "-0.0", "nan", "inf", "-inf", "1e999", "1e-999999999", "0x" + "F" * 6000, "1" * 4000, "1" * 5000),
    *("true", "1979-05-27", "07:32:00", "[]", "[1, 2]", "{}", "{a = 1}", "''", "'r'", "'9**9**9**9'", "0", "-1"),
    *("'r/(1 + r)'", "'tanh(2*r)'", "'I'", "'1/0'", "0b1", "'laplacian'", "'''\n'''", "99999999999999999999"),
]  # fmt: skip
JSON_VALUES = [None, True, 0, -1, 10**400, 1e308, float("nan"), "", "x", "oo", "-oo", [], {}, [[]], {"a": 1}]


# -- what becomes of them --


@dataclass(slots=True)
class Outcomes:
    """How often inputs of each kind were understood and refused, and the slowest ones."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: dict[tuple[str, str], list[tuple[float, str]]] = field(default_factory=dict)

    def try_out(self, kind: str, given: Any) -> None:
        """Read one input. Raises AssertionError, naming it, for anything but a result or a quick refusal."""
        gc.disable()  # what other tests left is not collected on the time of this input
        start = time.process_time()
        try:
            with _given_up_after(HANG):
                READERS[kind](given)
        except NearCriticalError as error:
            outcome, told = "refused", str(error)
            assert "\n" not in told, (kind, given)
            assert len(told) < 2000, (kind, given, told)
            assert told.isprintable(), (kind, given, told)
        except BaseException as error:
            raise AssertionError(f"{kind} {given!r}: {type(error).__name__}: {error}") from error
        else:
            outcome = "understood"
        finally:
            seconds = time.process_time() - start
            gc.enable()
        self.counts[kind, outcome] += 1
        slowest = self.slowest.setdefault((kind, outcome), [])
        heapq.heappush(slowest, (seconds, repr(given)[:300]))
        if len(slowest) > 5:
            heapq.heappop(slowest)
        assert outcome == "understood" or seconds < REFUSAL, (
            f"{kind} {given!r}: refused after {seconds:.1f} s"
        )

    def __str__(self) -> str:
        lines = []
        for (kind, outcome), count in sorted(self.counts.items()):
            lines.append(f"{count:8d} {kind} {outcome}; the slowest:")
            lines += [
                f"{seconds:10.3f} s  {given}" for seconds, given in sorted(self.slowest[kind, outcome])[::-1]
            ]
        return "\n".join(lines)


@contextmanager
def _given_up_after(seconds: float) -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise TimeoutError(f"no answer after {seconds} s")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def read_expression(text: str) -> None:
    result = grammar.parse(text, symbols=SYMBOLS)
    assert isinstance(result, sp.Expr)
    assert not result.has(sp.zoo, sp.oo, sp.nan)
    assert result.free_symbols <= set(SYMBOLS.values())


def read_activation(text: str) -> None:
    activation = network_of(model_of_names(text, "laplacian", 1, ())).activation
    assert activation.order % 2 == 0
    assert isinstance(activation.has_closed_inverse, bool)


def read_document(content: bytes) -> None:
    assert isinstance(network_of(model_of_text(content, "m.toml")), Network)


def read_law(text: str) -> None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return
    assert isinstance(law_from_record(record, NETWORK), Law)


def read_question(text: str) -> None:
    law = read_formula(text, observable_named("forced_amplitude"), NETWORK, {}, ()).law
    assert law.equation.has(law.subject)


NETWORK = network_of(model_of_names("algebraic", "laplacian", 1, ()))
RECORDS = [json.loads(path.read_text(encoding="utf-8"))[0] for path in sorted(GENERATED.glob("*.json"))]

READERS: dict[str, Callable[[Any], None]] = {
    "expression": read_expression,
    "activation": read_activation,
    "document": read_document,
    "stencil": read_document,
    "law": read_law,
    "formula": read_question,
}
WEIGHTS = {"expression": 62, "formula": 5, "activation": 2, "document": 13, "stencil": 13, "law": 5}
"""Shares of the kinds; those of activations and laws are small because they take the longest."""


def an_input(source: Source) -> tuple[str, Any]:
    """The kind of an input, and the input."""
    (kind,) = source.random.choices(list(WEIGHTS), list(WEIGHTS.values()))
    makers: dict[str, Callable[[], Any]] = {
        "expression": lambda: source.text(EXPRESSIONS, "x F R r"),
        "activation": lambda: source.text(PROFILES, "r r"),
        "document": source.document,
        "stencil": source.stencil,
        "law": lambda: source.record(RECORDS),
        "formula": source.formula,
    }
    return kind, makers[kind]()


def test_ten_thousand_inputs_are_understood_or_refused_at_once() -> None:
    """A minute of one core at most, half of it for the activations."""
    source, outcomes = Source(SEED), Outcomes()
    for _ in range(INPUTS):
        outcomes.try_out(*an_input(source))
    assert sum(outcomes.counts.values()) == INPUTS
    # each kind is met often, and both ways: else it is the generator that is tested
    for kind in READERS:
        assert outcomes.counts[kind, "refused"] > 50, str(outcomes)
        assert outcomes.counts[kind, "understood"] > 3, str(outcomes)


@settings(max_examples=60)
@given(st.sampled_from(PROFILES), st.integers(0, 2**32))
def test_mutated_profiles(profile: str, seed: int) -> None:
    outcomes = Outcomes()
    outcomes.try_out("activation", Source(seed).mutation(profile))
    assert sum(outcomes.counts.values()) == 1  # understood or refused; try_out raises at anything else


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_model_file(content: bytes) -> None:
    outcomes = Outcomes()
    outcomes.try_out("document", content)
    assert sum(outcomes.counts.values()) == 1


@settings(max_examples=100)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=12), max_size=4))
def test_any_table_as_a_stencil(stencil: dict[str, str]) -> None:
    model = Model(origin="m.toml", kernel="own", stencil=tuple(stencil.items()))
    with contextlib.suppress(NearCriticalError):
        assert isinstance(network_of(model), Network)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.sampled_from(RECORDS), st.data())
def test_any_json_in_the_place_of_an_entry_of_a_law(record: Any, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(record)))
    with contextlib.suppress(NearCriticalError):
        assert isinstance(law_from_record({**record, key: data.draw(JSON)}, NETWORK), Law)


# -- the long run --


def seeds(first: int, seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield first
        first += 1


@click.command()
@click.option("--seconds", default=600.0, show_default=True)
@click.option("--seed", default=1, show_default=True)
def fuzz(seconds: float, seed: int) -> None:
    """Try inputs until the time is over; exit code 1 at the first that is neither understood nor refused at once."""
    outcomes = Outcomes()
    for number in seeds(seed, seconds):
        source = Source(number)
        for _ in range(100):
            outcomes.try_out(*an_input(source))
    click.echo(outcomes)


if __name__ == "__main__":
    fuzz()
