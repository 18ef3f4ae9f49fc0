"""Proved reach: every quiet site is decided, and a proof that cannot be given is refused."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analytics.errors import CertificationError
from nearcritical import Landscape, Lattice, Source, load_saved, network, save, steady_state
from nearcritical.cli.main import main
from nearcritical.landscape.connectedness import KERNEL, connecting_network
from nearcritical.landscape.proof import proved_reach


def corridor(whole: bool) -> Landscape:
    """Two corridors on 24 x 24 sites with a bridge between them, or without."""
    values = np.full((24, 24), 2.0)
    values[3:21, 3:9] = values[3:21, 15:21] = 0
    if whole:
        values[15:21, 9:15] = 0
    return Landscape(values)


def test_connected_and_cut_are_proved_at_every_site() -> None:
    source = Source((6, 6), "31/50")
    whole, cut = (
        proved_reach(connecting_network(), corridor(is_whole), source, threshold=1e-4)
        for is_whole in (True, False)
    )
    assert whole.undecided == cut.undecided == 0
    assert whole.reached.sum() == 252 and not whole.absent.any()
    assert cut.reached.sum() == cut.absent.sum() == 108
    assert cut.reached[6, 6] and cut.absent[6, 18]
    assert cut.weakest > 1e-2 and cut.strongest < 1e-7


def test_a_threshold_within_a_ball_decides_nothing_there() -> None:
    source = Source((6, 6), "31/50")
    found = proved_reach(connecting_network(), corridor(True), source, threshold=1e-4)
    shape = corridor(True).shape
    middle = float(found.wave.amplitude[np.ravel_multi_index((6, 18), shape)] / max(found.wave.amplitude))
    again = proved_reach(connecting_network(), corridor(True), source, threshold=middle)
    assert again.undecided == 1


def test_few_digits_prove_nothing() -> None:
    with pytest.raises(CertificationError):
        proved_reach(connecting_network(), corridor(True), Source((6, 6), "31/50"), digits=8)


def test_the_command_proves(tmp_path: Path) -> None:
    np.save(tmp_path / "cut.npy", corridor(False).doubles)
    options = ["--source", "6,6", "--frequency", "31/50", "--kernel", KERNEL, "--steps", "0", "--proved"]
    found = CliRunner().invoke(
        main, ["landscape", str(tmp_path / "cut.npy"), *options, "--threshold", "1e-4"]
    )
    assert found.exit_code == 0, found.stderr
    assert "of 216 quiet sites 108 have at least" in found.stdout and "not decided" not in found.stdout


def test_a_state_of_a_landscape_is_saved(tmp_path: Path) -> None:
    landscape = Landscape(["1/3", "1/2"] * 4, ("pi/4",), "1/5")
    state = steady_state(Lattice(network(), (8,)), landscape, digits=20)
    save(state, tmp_path / "state.json")
    again = load_saved(tmp_path / "state.json")
    assert again.state == state.state
    assert again.drive.values.tolist() == landscape.values.tolist()
    assert (again.drive.wavevector, again.drive.frequency) == (landscape.wavevector, landscape.frequency)
