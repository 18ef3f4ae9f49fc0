"""Saved and loaded: the same, to the last bit; and what is no such file is refused in one line."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mpf

from nearcritical import (
    Background,
    Lattice,
    Law,
    Measurement,
    NearCriticalError,
    Network,
    Oscillation,
    Samples,
    SteadyState,
    Theory,
    Trajectory,
    Verdict,
    derive,
    load,
    load_saved,
    measure,
    network,
    save,
    simulate,
    steady_state,
    verify,
)
from nearcritical.saved.plain import Shared, made, plain

EXAMPLES = Path(__file__).parents[3] / "examples"
RESONANT = Oscillation("1/100", (0,), detuning=0)


def again(thing: Any, folder: Path) -> Any:
    save(thing, folder / "saved")
    return load_saved(folder / "saved")


def bits(value: Any) -> Any:
    return value._mpc_ if hasattr(value, "_mpc_") else value._mpf_


OWN = network("tanh(b*r)/b", "advection", b=2)


@pytest.mark.parametrize(
    ("net", "name"),
    [
        (network(), "resonant_amplitude"),
        (network(), "characteristic_polynomial"),
        (network("erf", dimension=2), "complex_wavenumber"),
        (load(EXAMPLES / "hysteresis.toml"), "background_amplitude"),
        (load(EXAMPLES / "frequency.toml"), "decay_rate"),
        (OWN, "forced_amplitude"),
        (network("general"), "resonant_amplitude"),
    ],
    ids=lambda part: part if isinstance(part, str) else part.name,
)
def test_a_law_with_its_steps_its_network_and_what_it_drops(net: Network, name: str, tmp_path: Path) -> None:
    law = derive(net)[name]
    back = again(law, tmp_path)
    assert isinstance(back, Law) and back == law
    assert back.network.activation.profile == net.activation.profile
    assert [step.equation for step in back.steps] == [step.equation for step in law.steps] and back.steps
    assert back.latex() == law.latex() and back.dropped == law.dropped and back.exact == law.exact


def test_a_theory_has_every_law_and_derives_none_again(
    default_network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theory = derive(default_network)
    save(theory, tmp_path / "theory.json")
    monkeypatch.setattr("derivations.chapter.Maker.__call__", None)
    back = load_saved(tmp_path / "theory.json")
    assert isinstance(back, Theory) and list(back) == list(theory)
    assert all(back[name] == law for name, law in theory.items())
    assert back.absent == theory.absent


def test_a_theory_of_other_laws_than_today_is_refused(tmp_path: Path) -> None:
    theory = derive(OWN)
    save(theory, tmp_path / "theory.json")
    document = json.loads((tmp_path / "theory.json").read_text())
    document["content"]["laws"].pop()
    write(document, tmp_path / "theory.json")
    with pytest.raises(NearCriticalError, match="laws must be those of this version"):
        load_saved(tmp_path / "theory.json")


def write(document: Any, path: Path) -> None:
    """The document with a check sum that fits."""
    from nearcritical.saved.file import _digest

    document["digest"] = _digest(document["networks"], document["content"])
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("digits", [15, 50, 1000])
def test_a_measurement_to_the_last_bit(digits: int, default_network: Network, tmp_path: Path) -> None:
    found = measure("forced_amplitude", default_network, {"F": "1/100"}, digits)
    back = again(found, tmp_path)
    assert isinstance(back, Measurement) and back == found
    assert bits(back.value) == bits(found.value) and bits(back.error) == bits(found.error)
    evidence = back.reading.evidence
    assert evidence is not None and evidence.enclosure() == found.reading.evidence.enclosure()


def test_a_measurement_of_complex_numbers(default_network: Network, tmp_path: Path) -> None:
    found = measure("complex_wavenumber", default_network, {"I0": "1/10", "Omega": "1/5"}, 15)
    back = again(found, tmp_path)
    assert back == found and list(map(bits, back.values)) == list(map(bits, found.values))


@pytest.mark.parametrize("name", ["resonant_amplitude", "forced_amplitude"])
def test_a_verdict_with_its_points_and_its_proofs(
    name: str, theory_of: Callable[..., Theory], tmp_path: Path
) -> None:
    verdict = verify(theory_of("algebraic")[name], digits=20)
    back = again(verdict, tmp_path)
    assert isinstance(back, Verdict) and back == verdict and str(back) == str(verdict)
    assert bits(back.points[0].measured) == bits(verdict.points[0].measured)


@pytest.mark.parametrize("digits", [30, 200])
def test_a_steady_state(digits: int, default_network: Network, tmp_path: Path) -> None:
    state = steady_state(Lattice(default_network, (4,)), RESONANT, digits=digits)
    back = again(state, tmp_path)
    assert isinstance(back, SteadyState) and back == state
    assert list(map(bits, back.state)) == list(map(bits, state.state))
    assert steady_state(back.lattice, back.drive, digits=digits, start=back) == steady_state(
        state.lattice, state.drive, digits=digits, start=state
    )


@pytest.mark.parametrize("drive", [Background("1/100"), RESONANT], ids=["background", "oscillation"])
def test_a_trajectory_of_many_digits(drive: Any, default_network: Network, tmp_path: Path) -> None:
    found = simulate(default_network, (5,), drive, 3, digits=40, keep=[1, 3])
    back = again(found, tmp_path)
    assert isinstance(back, Trajectory) and back.kept == (1, 3)
    assert list(map(bits, back.states.ravel())) == list(map(bits, found.states.ravel()))
    assert replace(back, states=found.states) == found


def test_a_trajectory_of_doubles_in_an_archive(tmp_path: Path) -> None:
    drive = Samples(np.random.default_rng(1).normal(size=(6, 8)) / 10)
    found = simulate(network(dimension=2), (6, 8), drive, 4)
    back = again(found, tmp_path)
    assert isinstance(back, Trajectory) and back.states.dtype == np.complex128
    assert np.array_equal(back.states, found.states) and np.array_equal(back.drive.values, drive.values)
    assert (tmp_path / "saved").read_bytes().startswith(b"PK")


def test_exact_samples(default_network: Network, tmp_path: Path) -> None:
    found = simulate(default_network, (4,), Samples(["1/3", 0, "sqrt(2)/7", mpf(1) / 3]), 2, digits=30)
    back: Any = again(found, tmp_path)
    assert list(back.drive.values) == list(found.drive.values)
    assert list(map(bits, back.states.ravel())) == list(map(bits, found.states.ravel()))


@pytest.mark.parametrize("number", ["0", "1", "-1e-400", "inf", "-inf", "3.14159"])
def test_numbers_of_any_size(number: str) -> None:
    from analytics.evaluation.mpmath_types import Number

    value = mpf(number)
    assert bits(made(plain(value, Number, Shared()), Number, Shared())) == bits(value)


def test_what_is_none_of_them_is_not_saved(default_network: Network, tmp_path: Path) -> None:
    with pytest.raises(NearCriticalError, match="saving: a law, theory"):
        save(default_network, tmp_path / "network.json")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


# -- files that are none --


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A law, and an archive."""
    folder = tmp_path_factory.mktemp("files")
    save(derive(network())["forced_amplitude"], folder / "law.json")
    state = steady_state(Lattice(network(), (3,)), Samples(["1/10", "pi/20", "1/3"]), digits=20)
    save(state, folder / "state.json")
    save(simulate(network(), (8,), Background("1/10"), 2), folder / "states.zip")
    return folder / "law.json", folder / "states.zip"


def refusal(content: bytes, folder: Path) -> str:
    (folder / "file").write_bytes(content)
    with pytest.raises(NearCriticalError) as refused:
        load_saved(folder / "file")
    said = str(refused.value)
    assert said.startswith(f"loading {folder / 'file'}: ") and "\n" not in said
    return said


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[1]", b"{}", b"PK\x03\x04", b"\x80\x04K\x01.", b"\xff"]
)
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "Save it anew." in refusal(content, tmp_path)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NearCriticalError, match="No such file"):
        load_saved(tmp_path / "nothing.json")


def test_a_changed_digit_is_seen(files: tuple[Path, Path], tmp_path: Path) -> None:
    law = files[0].read_bytes()
    assert "check sum" in refusal(law.replace(b'"meaning":"a', b'"meaning":"A', 1), tmp_path)


@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_file_is_refused_wherever_it_is_damaged(
    which: int, files: tuple[Path, Path], tmp_path: Path
) -> None:
    whole = files[which].read_bytes()
    random = Random(which)
    for _ in range(40):
        refusal(whole[: random.randrange(len(whole))], tmp_path)
    array = range(found := whole.find(b"\x93NUMPY"), found + 128 + 3 * 8 * 16) if which else ()
    text = whole[:found] if which else whole
    content = range(text.index(b'"networks"'), text.rindex(b"}"))
    for place in random.sample([*content, *array], 60):
        refusal(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], tmp_path)


def test_another_format_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    said = refusal(files[0].read_bytes().replace(b'"format":1', b'"format":2', 1), tmp_path)
    assert "the format 1 of this version of the toolkit is needed; got 2 of 0." in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 3),
        ("network", 1),
        ("network", None),
        ("equation", ["Symbol", "R", "positive"]),
        ("equation", "__import__('os').system('true')"),
        ("parameters", 3),
        ("steps", [3]),
        ("where", [{}]),
        ("limit", ["pi"]),
        ("growth", {"name": "x"}),
    ],
)
def test_a_well_formed_file_with_a_wrong_field_is_refused(
    field: str, value: Any, files: tuple[Path, Path], tmp_path: Path
) -> None:
    document = json.loads(files[0].read_text())
    document["content"][field] = value
    write(document, tmp_path / "changed")
    refusal((tmp_path / "changed").read_bytes(), tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=5,
)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or mapping within, with each of its keys."""
    keys = range(len(data)) if isinstance(data, list) else list(data) if isinstance(data, dict) else ()
    for key in keys:
        yield data, key
        yield from places(data[key])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("which", ["law.json", "state.json"])
def test_any_json_in_any_place_is_read_or_refused(
    which: str, files: tuple[Path, Path], tmp_path: Path, data: st.DataObject
) -> None:
    document = json.loads((files[0].parent / which).read_text())
    there = [*places(document["networks"]), *places(document["content"])]
    holder, key = there[data.draw(st.integers(0, len(there) - 1))]
    other, another = there[data.draw(st.integers(0, len(there) - 1))]
    holder[key] = data.draw(JSON | st.just(other[another]))
    try:
        write(document, tmp_path / "changed")
    except ValueError:  # a circle
        return
    with contextlib.suppress(NearCriticalError):
        assert isinstance(load_saved(tmp_path / "changed"), Law | SteadyState)


def test_a_network_in_a_file_is_examined(files: tuple[Path, Path], tmp_path: Path) -> None:
    document = json.loads(files[0].read_text())
    document["networks"][0]["activation"]["profile"] = "r**2"
    write(document, tmp_path / "changed")
    assert "Activation 'algebraic'" in refusal((tmp_path / "changed").read_bytes(), tmp_path)
