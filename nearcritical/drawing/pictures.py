"""The pictures of a network, drawn one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from derivations.theory import derive
from nearcritical.drawing.canvas import DARK, one_figure
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.drawing.study import POINTS, SITES, Study
from nearcritical.drawing.svg import standalone

if TYPE_CHECKING:
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.system.progress import Progress


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, its caption in the notation of a law's `validity`, and the SVG as text."""

    name: str
    title: str
    caption: str
    svg: str


def pictures(
    network: Network,
    *,
    theory: Theory | None = None,
    points: int = POINTS,
    sites: int = SITES,
    progress: Progress | None = None,
) -> tuple[Picture, ...]:
    """The five pictures of a network.

    theory: its theory, derived here unless given. points: simulations along a curve; sites: of the ring
    that a wave is launched on. Equal arguments give equal bytes.
    """
    return tuple(each_picture(Study(theory or derive(network), points, sites), progress))


def each_picture(study: Study, progress: Progress | None) -> Iterator[Picture]:
    """The pictures of a study, each when it is drawn."""
    for place, name in enumerate(DRAWINGS):
        yield _picture(name, study, place, progress)


def _picture(name: str, whole: Study, place: int, progress: Progress | None) -> Picture:
    def told(part: float) -> None:
        if progress:
            progress(f"drawing {name}", place + part, len(DRAWINGS))

    told(0)
    title, draw = DRAWINGS[name]
    study = replace(whole, told=told, missing=[])
    with one_figure() as figure:
        caption = " ".join([draw(study, figure), *study.missing])
        written = BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    svg = standalone(written.getvalue().decode(), f"picture-{name}", title, DARK)
    return Picture(name, title, caption, svg)
