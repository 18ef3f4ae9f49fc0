"""Is a corridor connected? The network answers by a wave, `scipy.ndimage.label` by counting pieces.

The kernel's frequency is 3/5 + 2 c (1 - cos k1) + 2 c (1 - cos k2) with c = 1/20, so that a static input meets no wave
of it and stays in place. The walls have I_0 = 2, the corridors 0. Waves of Omega = 303/500 run along corridors and not
through walls.

Each choice has a reason. Of a wave that meets a wall a part is lost, for a wall damps. The part falls with c: a site
that is damped at every step is hardly entered from one that couples to it weakly. Near the edge of the band, at 3/5, a
corridor of the figures on 96 x 96 sites carries one mode alone, and a corner has no other to scatter it into. With
c = 1/4, I_0 = 1/2 and Omega = 1 a spiral of that size loses a factor 10^6 on the way, as much as a cut costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import label

from analytics.network.network import Network
from nearcritical.landscape.journey import Journey, journey
from nearcritical.landscape.masks import Figure
from nearcritical.model.building import network
from numerics.landscapes.landscape import Landscape, Source

KERNEL = "3/5 + (1 - cos(k1))/10 + (1 - cos(k2))/10"
STRENGTH = 2.0
FREQUENCY = "303/500"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the network and the count of pieces say of a figure.

    journey: the wave from the figure's start. end: its amplitude at the figure's end, relative to the largest. reached,
    connected: is the end reached, and is it of one piece with the start? agreement: part of the corridors' sites at
    which the wave is there exactly where the site is of one piece with the start.
    """

    figure: Figure
    whole: bool
    journey: Journey
    end: float
    reached: bool
    connected: bool
    agreement: float


def connecting_network() -> Network:
    """algebraic, with the kernel of the demonstration."""
    return network("algebraic", KERNEL, dimension=2)


def connected(figure: Figure, sites: int, *, whole: bool = True, steps: int = 0, frames: int = 0) -> Answer:
    """The answer for a figure drawn on sites x sites; steps, frames: as of `journey`."""
    mask = figure.drawn(sites, whole=whole)
    start, end = figure.place(figure.start, sites), figure.place(figure.end, sites)
    landscape = Landscape(np.where(mask, 0.0, STRENGTH))
    found = journey(connecting_network(), landscape, Source(start, FREQUENCY), steps=steps, frames=frames)
    pieces, _ = label(mask)
    amplitude = found.field.amplitude
    same = pieces == pieces[start]
    return Answer(
        figure=figure,
        whole=whole,
        journey=found,
        end=float(amplitude[end] / amplitude.max()),
        reached=bool(found.reach.reached[end]),
        connected=bool(same[end]),
        agreement=float((found.reach.reached == same)[mask].mean()),
    )
