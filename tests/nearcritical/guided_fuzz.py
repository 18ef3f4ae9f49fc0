"""Inputs guided by coverage: bytes that reach a new line of the readers are kept and changed further.

    python tests/nearcritical/guided_fuzz.py --seconds 3600 --seed 7

Needs atheris, which is no dependency; `make fuzz` runs it where it is installed. The first byte of an input chooses
the kind, the rest is its text. What is asserted of each input is what `test_fuzz` asserts; the first that fails is
shown with its traceback, and the exit code is not 0.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import atheris
import click

with atheris.instrument_imports(include=["analytics", "nearcritical", "tomllib"]):
    import test_fuzz as fuzz

KINDS = list(fuzz.READERS)
BINARY = ("document", "stencil")
OUTCOMES = fuzz.Outcomes()


def one(data: bytes) -> None:
    """Try the input that these bytes write."""
    if data:
        kind = KINDS[data[0] % len(KINDS)]
        OUTCOMES.try_out(kind, data[1:] if kind in BINARY else data[1:].decode("utf-8", "replace"))


def beginnings(seed: int) -> Iterator[bytes]:
    """Valid texts of every kind, and some of the seeded generator's."""
    valid = {
        "expression": fuzz.EXPRESSIONS,
        "activation": fuzz.PROFILES,
        "document": fuzz.DOCUMENTS,
        "law": [json.dumps(record) for record in fuzz.RECORDS],
    }
    source = fuzz.Source(seed)
    made = [fuzz.an_input(source) for _ in range(300)]
    for kind, given in [*((kind, text) for kind, texts in valid.items() for text in texts), *made]:
        yield bytes([KINDS.index(kind)]) + (
            given if isinstance(given, bytes) else given.encode("utf-8", "replace")
        )


def dictionary() -> str:
    """The pieces that texts are made of, one a line."""
    pieces = [*fuzz.FRAGMENTS, *fuzz.NUMBERS, *fuzz.VALUES, *fuzz.grammar.FUNCTIONS]
    written = ("".join(f"\\x{byte:02x}" for byte in piece.encode()[:60]) for piece in pieces)
    return "".join(f'"{piece}"\n' for piece in written)


@click.command()
@click.option("--seconds", default=600, show_default=True)
@click.option("--seed", default=1, show_default=True)
def guided(seconds: int, seed: int) -> None:
    """Try inputs until the time is over; libFuzzer ends the process with its own statistics."""
    place = Path(tempfile.mkdtemp(prefix="nearcritical-fuzz-"))
    corpus, words = place / "corpus", place / "words"
    corpus.mkdir()
    words.write_text(dictionary(), encoding="ascii")
    for number, beginning in enumerate(beginnings(seed)):
        (corpus / str(number)).write_bytes(beginning)
    options = [
        *(f"-max_total_time={seconds}", f"-seed={seed}", f"-dict={words}", f"-artifact_prefix={place}/"),
        *("-max_len=3000", "-timeout=60", "-print_final_stats=1"),
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    guided()
