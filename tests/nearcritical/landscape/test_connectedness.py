"""The demonstration: the network's answer is that of counting pieces, for every figure, whole and cut."""

import pytest

from nearcritical.landscape.connectedness import Answer, connected
from nearcritical.landscape.masks import FIGURES, Figure, figure, maze
from nearcritical.landscape.picture import film


def agreed(answer: Answer) -> bool:
    """Does the wave reach the end where that is connected, and every site of the corridors where that is?"""
    return answer.reached == answer.connected == answer.whole and answer.agreement == 1


DRAWN = [*map(figure, FIGURES), *map(maze, range(1, 7))]


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
def test_the_wave_knows_what_is_connected(drawn: Figure) -> None:
    whole, cut = (connected(drawn, 96, whole=is_whole) for is_whole in (True, False))
    assert agreed(whole) and agreed(cut)
    assert whole.end > 1000 * cut.end
    assert cut.journey.reach.gap > 1000


@pytest.mark.exhaustive
@pytest.mark.parametrize("drawn", DRAWN[:4], ids=lambda drawn: drawn.name)
def test_the_wave_knows_it_on_a_large_lattice(drawn: Figure) -> None:
    whole, cut = (connected(drawn, 256, whole=is_whole) for is_whole in (True, False))
    assert agreed(whole) and agreed(cut)
    assert whole.end > 1000 * cut.end


def test_in_a_film_the_wave_comes_along_the_corridor() -> None:
    came = connected(figure("U"), 48, steps=600, frames=3)
    assert film(came.journey).startswith(b"GIF89a")
    arrival = came.journey.arrival
    assert arrival is not None
    near, far = (figure("U").place(cell, 48) for cell in ((0, 1), (2, 1)))
    assert 0 <= arrival.times[near] < arrival.times[far]
