"""The command `landscape`: its answer, its files, and its refusals."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from scipy.ndimage import label

from nearcritical.cli.main import main
from nearcritical.landscape.masks import figure
from numerics.landscapes import wave_field

GAPPED = "3/5 + (1 - cos(k1))/10 + (1 - cos(k2))/10"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The islands, cut, on 40 x 40 sites."""
    path = tmp_path_factory.mktemp("images") / "islands.png"
    mask = figure("islands").drawn(40, whole=False)
    Image.fromarray(np.where(mask, 0, 255).astype(np.uint8)).save(path)
    return str(path)


def called(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(main, ["landscape", *arguments])
    return found.exit_code, found.stdout, found.stderr


def test_an_image_is_answered_with_files(image: str, tmp_path: Path) -> None:
    options = ("--source", "3,3", "--frequency", "31/50", "--strength", "2", "--kernel", GAPPED)
    code, shown, _ = called(
        image, *options, "--steps", "400", "--frames", "5", "--threshold", "1e-3", "--out", str(tmp_path)
    )
    assert code == 0
    mask = figure("islands").drawn(40, whole=False)
    pieces, _ = label(mask)
    assert f"{(pieces[mask] == pieces[3, 3]).mean():.1%} of the quiet sites" in shown
    assert "note" not in shown
    record = json.loads((tmp_path / "landscape.json").read_text())
    assert record["reach"]["strongest_not_reached"] < 1e-3 < record["reach"]["weakest_reached"]
    with Image.open(tmp_path / "wave.gif") as film:
        assert film.n_frames == 5  # type: ignore[attr-defined]
        assert min(film.size) >= 384
    with Image.open(tmp_path / "landscape.png") as picture:
        assert picture.size[0] > 1000
    with np.load(tmp_path / "fields.npz") as fields:
        assert fields["a"].shape == fields["Z"].shape == (40, 40)
        assert fields["reached"].sum() == record["reach"]["sites"]


def test_json_and_a_ring(tmp_path: Path) -> None:
    np.save(tmp_path / "ring.npy", np.where(np.arange(64) < 32, 1.0, 0.0))
    options = ("--source", "40", "--frequency", "4/5", "--kernel", "3/5 + (1 - cos(k))/4", "--steps", "50")
    code, shown, _ = called(
        str(tmp_path / "ring.npy"), *options, "--strength", "1/2", "--json", "--out", str(tmp_path / "out")
    )
    assert code == 0
    assert json.loads(shown)["shape"] == [64]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "landscape.png",
        "landscape.json",
        "fields.npz",
    }


def test_an_answer_that_depends_on_the_threshold_is_told_of(image: str) -> None:
    """Of walls of three sites a millionth of the wave gets through."""
    options = (
        "--source",
        "6,6",
        "--frequency",
        "31/50",
        "--strength",
        "2",
        "--kernel",
        GAPPED,
        "--steps",
        "0",
    )
    code, shown, _ = called(image, *options)
    assert code == 0
    assert "the answer depends on the threshold" in shown


def test_black_is_refused_before_a_wave_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(np.zeros((96, 96), dtype=np.uint8)).save(tmp_path / "black.png")
    monkeypatch.setattr(wave_field, "solve_pair", None)
    code, shown, said = called(str(tmp_path / "black.png"), "--source", "10,10", "--frequency", "3/10")
    assert (code, shown) == (2, "")
    assert "an activity somewhere must damp a wave of the kernel's band; got no input at any site" in said


@pytest.mark.parametrize("shape", [(3, 500), (700, 3), (3, 9000)])
def test_a_film_of_a_long_strip_has_a_size_that_is_seen(shape: tuple[int, int], tmp_path: Path) -> None:
    """A pixel is a block of sites where they are too many, and has what is largest in it."""
    strengths = np.full(shape, 2.0)
    strengths[tuple(slice(0, length // 2 + 1) for length in shape)] = 0
    np.save(tmp_path / "strip.npy", strengths)
    options = ("--source", "1,1", "--frequency", "31/50", "--kernel", GAPPED, "--steps", "4", "--frames", "2")
    code, _, said = called(str(tmp_path / "strip.npy"), *options, "--out", str(tmp_path / "out"))
    assert code == 0, said
    with Image.open(tmp_path / "out" / "wave.gif") as film:
        ratio = max(shape) / min(shape)
        assert max(film.size) <= 4096 and max(film.size) / min(film.size) == pytest.approx(ratio, rel=1 / 3)
        assert max(film.size) > 2048


def test_a_wave_that_comes_nowhere_does_not_depend_on_the_threshold(tmp_path: Path) -> None:
    """Its source lies within a wall."""
    strengths = np.full((24, 24), 2.0)
    strengths[12:20, 4:20] = 0
    np.save(tmp_path / "walls.npy", strengths)
    options = ("--frequency", "31/50", "--kernel", GAPPED, "--steps", "0", "--threshold", "1/1000")
    code, shown, _ = called(str(tmp_path / "walls.npy"), "--source", "2,12", *options)
    assert code == 0
    assert "0.0% of the quiet sites" in shown and "to 1.0e+00" in shown and "note" not in shown


def test_a_landscape_that_leaks_is_told_of(tmp_path: Path) -> None:
    np.save(tmp_path / "ring.npy", np.where(np.arange(64) < 32, 0.1, 0.0))
    code, shown, _ = called(
        str(tmp_path / "ring.npy"), "--source", "40", "--frequency", "1/2", "--steps", "0"
    )
    assert code == 0
    assert "R = |A|/x" in shown and "frequency gap" in shown
    assert "the answer depends on the threshold" not in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--source", "6,40", "--frequency", "1"),
            "a site of the lattice is needed, 0 to 39, 0 to 39; got (6, 40)",
        ),
        (("--source", "6", "--frequency", "1"), "a site of the lattice is needed"),
        (("--source", "a,b", "--frequency", "1"), "--source takes whole numbers, 12,40; got 'a,b'"),
        (("--source", "3,3", "--frequency", "I"), "the frequency is a real number"),
        (
            ("--source", "3,3", "--frequency", "1", "--threshold", "2"),
            "the threshold lies between 0 and 1; got 2.0",
        ),
        (
            ("--source", "3,3", "--frequency", "1", "--threshold", "I"),
            "the threshold lies between 0 and 1; got I",
        ),
        (
            ("--source", "3,3", "--frequency", "1", "--modulation", "2 + cos(2*pi*s)"),
            "the network has no modulation; got 2 + cos(2*pi*s)",
        ),
        (("--source", "3,3", "--frequency", "1", "--strength", "-1"), "strengths are 0 or above"),
        (("--source", "3,3", "--frequency", "1", "--strength", "I"), "a real number is needed; got I"),
        (("--source", "3,3", "--frequency", "1", "--dimension", "1"), "needs 1 axes"),
        (("--source", "3,3", "--frequency", "one"), "--frequency: unknown name"),
        (("--source", "3,3", "--frequency", ""), "--frequency: an expression is needed; got ''"),
        (("--source", "3,3", "--frequency", "1", "--strength", ""), "--strength: an expression is needed"),
        (
            ("--source", "3,3", "--frequency", "1", "--local", "99,0"),
            "--local: a site of the lattice is needed, 0 to 39, 0 to 39; got (99, 0)",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    image: str, options: tuple[str, ...], message: str
) -> None:
    code, shown, said = called(image, *options)
    assert code == 2 and not shown
    assert message in said.splitlines()[-1]
    assert len([line for line in said.splitlines() if "of 3)" not in line]) == 1


@pytest.mark.parametrize("strength", [1e19, 1e77, 1e300])
def test_strengths_at_which_doubles_have_no_gains_are_named(strength: float, tmp_path: Path) -> None:
    np.save(tmp_path / "far.npy", np.full((8, 8), strength))
    code, _, said = called(str(tmp_path / "far.npy"), "--source", "3,3", "--frequency", "1/5", "--steps", "0")
    assert code == 2 and "doubles have gains where |U (*) Z + I| is 0 or lies between 1e-40 and 1e+18" in said


@pytest.mark.parametrize("strength", [5e-324, 1e-322])
def test_strengths_too_weak_for_gains_are_refused_without_a_warning(strength: float, tmp_path: Path) -> None:
    np.save(tmp_path / "faint.npy", np.full((8, 8), strength))
    options = ("--source", "3,3", "--frequency", "1/5", "--kernel", GAPPED, "--steps", "0")
    code, _, said = called(str(tmp_path / "faint.npy"), *options)
    assert code == 2 and "doubles have gains where" in said.splitlines()[-1]


@pytest.mark.parametrize("level", [140, 200, 255])
def test_an_even_landscape_has_no_quiet_sites_and_its_moduli_are_in_order(level: int, tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), level, dtype=np.uint8)).save(tmp_path / "even.png")
    code, shown, _ = called(
        str(tmp_path / "even.png"), "--source", "3,3", "--frequency", "1/5", "--steps", "0"
    )
    assert code == 0 and "100.0% of all sites, none being quiet" in shown
    for low, high in re.findall(r"from (\S+) to (\S+),", shown):
        assert low == high
