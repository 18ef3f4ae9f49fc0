"""Is it connected? A spiral, a U, a maze, two islands and six mazes drawn at random, each whole and cut: a wave tells.

For each figure the stationary wave of a source at its beginning is solved for. The last columns compare the sites of
the corridors that it reaches with the pieces that `scipy.ndimage.label` finds. The film shows the wave coming along
the U. Run as

    python examples/landscapes.py [SITES] [FILM.gif]

SITES along an axis are 96 unless given; 256 take some minutes.
"""

import sys
from pathlib import Path
from time import perf_counter

from nearcritical.landscape.connectedness import connected
from nearcritical.landscape.masks import FIGURES, figure, maze
from nearcritical.landscape.picture import film

sites = int(sys.argv[1]) if len(sys.argv) > 1 else 96
place = Path(sys.argv[2] if len(sys.argv) > 2 else "landscape.gif")
begun = perf_counter()

print(f"{sites} x {sites} sites       amplitude at the end    contrast   reached     as the pieces are, of")
print("figure           whole        cut                     whole cut   the corridors' sites: whole cut")
for drawn in [*map(figure, FIGURES), *map(maze, range(1, 7))]:
    whole, cut = (connected(drawn, sites, whole=is_whole) for is_whole in (True, False))
    answers = " ".join("yes  " if found.reached else "no   " for found in (whole, cut))
    print(
        f"{drawn.name:15}  {whole.end:.1e}      {cut.end:.1e}    {whole.end / cut.end:9.1e}  {answers}"
        f"       {whole.agreement:7.2%} {cut.agreement:7.2%}",
        flush=True,
    )

came = connected(figure("U"), sites, steps=9000, frames=90)
place.write_bytes(film(came.journey))
print(f"{place}, {perf_counter() - begun:.0f} seconds in all")
