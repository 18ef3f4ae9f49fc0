"""The cache of laws: derived once, believed only where nobody else can have written, and never by what judges laws."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sympy as sp
from click.testing import CliRunner

from nearcritical import Network, derive, network
from nearcritical.cli.main import main
from nearcritical.model.building import theory_of
from nearcritical.saved import kept_laws as module
from nearcritical.saved.kept_laws import KeptLaws, kept_laws, source_digest
from nearcritical.system.own_directory import OwnDirectory

EVALUATED = ("evaluate", "resonant_amplitude", "--at", "F=3/100", "--digits", "20")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NEARCRITICAL_NO_CACHE")
    yield tmp_path / "nearcritical"
    theory_of.cache_clear()


def told(*arguments: str) -> str:
    """What a new process would print."""
    theory_of.cache_clear()
    result = CliRunner().invoke(main, list(arguments), prog_name="nearcritical")
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the laws that are derived."""
    from derivations.chapter import Maker

    names: list[str] = []
    derived = Maker.__call__

    def counting(maker: Maker, network: Network, **options: int) -> Any:
        names.append(maker.name)
        return derived(maker, network, **options)

    monkeypatch.setattr(Maker, "__call__", counting)
    return names


@pytest.mark.parametrize(
    "arguments",
    [
        ("laws",),
        ("laws", "--json"),
        ("laws", "decay_rate"),
        ("laws", "--model", "examples/hysteresis.toml"),
        ("laws", "--activation", "tanh(b*r)/b", "--set", "b=2", "--kernel", "advection"),
        ("laws", "--activation", "general"),
        EVALUATED,
        ("evaluate", "resonant_amplitude", "--at", "F=3/100", "--terms", "5"),
        ("evaluate", "decay_rate", "--at", "I0=1/10", "--at", "q=1", "--enclosure"),
        ("export", "--format", "json"),
        ("export", "resonant_amplitude", "decay_rate", "--format", "latex"),
        ("export", "forced_amplitude", "--format", "python"),
        ("export", "forced_amplitude", "susceptibility", "--format", "c"),
    ],
    ids=" ".join,
)
def test_the_second_time_nothing_is_derived_and_the_same_is_told(
    arguments: tuple[str, ...], counted: list[str], cache: Path
) -> None:
    first = told(*arguments)
    assert counted and list(cache.iterdir())
    counted.clear()
    assert told(*arguments) == first
    assert counted == []
    assert told(*arguments, "--no-cache") == first
    assert counted


def test_a_kept_law_is_the_law_with_its_steps(default_network: Network) -> None:
    theory = derive(default_network)
    kept, again = kept_laws(default_network, None), kept_laws(default_network, None)
    assert kept is not None and again is not None
    for name in ("resonant_amplitude", "decay_rate", "complex_wavenumber"):
        kept[name] = theory[name]
        assert again[name] == theory[name] and again[name].steps
    assert "dispersion_relation" not in again
    assert again.names is None
    kept.keep_names(["decay_rate"])
    assert again.names == ("decay_rate",)


@pytest.mark.parametrize(
    "arguments",
    [
        ("derive", "resonant_amplitude"),
        ("export", "resonant_amplitude", "--format", "latex", "--steps"),
        ("bound", "resonant_amplitude", "--up-to", "F=1/10"),
        ("verify", "resonant_amplitude", "--digits", "10"),
    ],
    ids=" ".join,
)
def test_what_judges_and_documents_laws_derives_them_anew(
    arguments: tuple[str, ...], counted: list[str]
) -> None:
    told("laws", "resonant_amplitude")
    counted.clear()
    told(*arguments)
    assert "resonant_amplitude" in counted


@pytest.mark.parametrize("off", ["option", "variable"])
def test_one_option_turns_it_off(
    off: str, counted: list[str], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if off == "variable":
        monkeypatch.setenv("NEARCRITICAL_NO_CACHE", "1")
    option = ["--no-cache"] if off == "option" else []
    for _ in range(2):
        counted.clear()
        told(*EVALUATED, *option)
        assert "resonant_amplitude" in counted
    assert not cache.exists()


def test_another_source_another_network_or_other_terms_is_another_law(
    counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(*EVALUATED)
    for change in (["--set", "c=2/7"], ["--activation", "tanh"], ["--terms", "4"]):
        counted.clear()
        told(*EVALUATED, *change)
        assert "resonant_amplitude" in counted
    counted.clear()
    monkeypatch.setattr(module, "source_digest", lambda: "another source")
    told(*EVALUATED)
    assert "resonant_amplitude" in counted


def test_the_digest_is_of_every_source_that_a_law_depends_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest() -> str:
        source_digest.cache_clear()
        return source_digest()

    here = digest()
    for folder in module.SOURCES:
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(module, "HOME", tmp_path)
    assert digest() == "", "no source, no cache"
    assert kept_laws(network(), None) is None
    seen = {here}
    for folder in module.SOURCES:
        for content in ("x = 1\n", "x = 2\n"):
            (tmp_path / folder / "file.py").write_text(content)
            seen.add(digest())
    assert len(seen) == 1 + 2 * len(module.SOURCES)
    monkeypatch.undo()
    assert digest() == here


# -- files that are not to be believed --


def only_law(cache: Path) -> Path:
    """The file of the one law that is kept."""
    (found,) = (
        path
        for path in cache.iterdir()
        if json.loads(path.read_bytes().partition(b"\n")[2])["name"] != module.NAMES
    )
    return found


def rewritten(path: Path, change: Any) -> None:
    """The file with a changed record, and a check sum that fits."""
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    change(record)
    text = json.dumps(record, separators=(",", ":")).encode()
    path.write_bytes(sha256(text).hexdigest().encode() + b"\n" + text)


def test_a_damaged_file_is_not_believed_and_written_anew(counted: list[str], cache: Path) -> None:
    right = told(*EVALUATED)
    path, random = only_law(cache), Random(5)
    whole = path.read_bytes()
    damaged = [b"", b"\n", b"{}", b"\x80\x04K\x01.", whole[: len(whole) // 2], whole + b" "]
    for place in random.sample(range(len(whole)), 10):
        damaged.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        counted.clear()
        assert told(*EVALUATED) == right
        assert "resonant_amplitude" in counted
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["origin"].update(terms=3),
        lambda record: record["origin"].update(source="0"),
        lambda record: record["origin"]["network"]["kernel"].update(name="other"),
        lambda record: record.update(name="forced_amplitude"),
        lambda record: record["data"].update(name="forced_amplitude"),
        lambda record: record["data"].update(network=1),
        lambda record: record["data"].update(equation="__import__('os').abort()"),
        lambda record: record["data"].update(equation=["eval", "1"]),
        lambda record: record["data"].update(equation=["Symbol", "R", "positive"]),
        lambda record: record["data"].update(parameters=[]),
        lambda record: record["data"].update(steps=[None]),
        lambda record: record.pop("data"),
    ],
)
def test_a_file_of_something_else_is_not_believed(change: Any, counted: list[str], cache: Path) -> None:
    right = told(*EVALUATED)
    rewritten(only_law(cache), change)
    counted.clear()
    assert told(*EVALUATED) == right
    assert "resonant_amplitude" in counted


def wrong(record: Any) -> None:
    """A law that says R = F."""
    record["data"]["equation"][2] = ["Symbol", "F", "positive"]


def test_a_wrong_law_that_is_well_formed_is_the_owner_s_alone(cache: Path) -> None:
    right = told(*EVALUATED)
    path = only_law(cache)
    rewritten(path, wrong)
    assert told(*EVALUATED) != right  # whoever can write there can write into the user's other files as well
    assert told(*EVALUATED, "--no-cache") == right
    assert "passed" in told("verify", "resonant_amplitude", "--digits", "10")
    for guarded in (path, cache):
        before = guarded.stat().st_mode
        guarded.chmod(0o777)
        assert told(*EVALUATED) == right
        guarded.chmod(before)
        if guarded is path:
            rewritten(path, wrong)


def test_wrong_names_are_those_of_no_law(default_network: Network, cache: Path) -> None:
    kept = KeptLaws(default_network, None, OwnDirectory(cache))
    kept.keep_names(["forced_amplitude", "no_such_law"])
    listed = told("laws")
    assert "forced_amplitude" in listed and "no_such_law" not in listed


def test_a_law_that_cannot_be_written_is_derived_each_time(default_network: Network, cache: Path) -> None:
    law = derive(default_network)["resonant_amplitude"]
    kept = KeptLaws(default_network, None, OwnDirectory(cache))
    strange = replace(law, exact=None, dropped=(sp.Integral(law.subject, law.subject),))
    kept["resonant_amplitude"] = strange
    assert kept["resonant_amplitude"] is strange
    assert "resonant_amplitude" not in KeptLaws(default_network, None, OwnDirectory(cache))
