"""The pictures of a network, drawn one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from analytics.errors import unknown_name
from analytics.notebook import words
from derivations.theory import derive
from nearcritical.drawing.canvas import DARK, one_figure, saved, side_by_side
from nearcritical.drawing.plots import DRAWINGS
from nearcritical.drawing.study import POINTS, SITES, Study
from nearcritical.drawing.svg import standalone
from nearcritical.model.building import theory_of

if TYPE_CHECKING:
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.model.model import Model
    from nearcritical.results.written import Record
    from nearcritical.system.progress import Progress


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, its caption in the notation of a law's `validity`, and the SVG as text.

    pdf: the same as PDF, empty unless it was asked for.
    """

    name: str
    title: str
    caption: str
    svg: str
    pdf: bytes = b""

    def __repr__(self) -> str:
        return f"<Picture {self.name}: {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """The drawing with its caption."""
        return f"<figure>{self.svg}<figcaption>{words(self.caption)}</figcaption></figure>"


def pictures(
    network: Network,
    names: Sequence[str] | None = None,
    *,
    theory: Theory | None = None,
    points: int = POINTS,
    sites: int = SITES,
    progress: Progress | None = None,
) -> tuple[Picture, ...]:
    """The pictures of a network.

    names: of `DRAWINGS`, all of them unless given. theory: that of the network, derived here unless given.
    points: simulations along a curve; sites: of the ring that a wave is launched on. Equal arguments give
    equal bytes. Raises UnknownNameError for a name.
    """
    chosen = list(DRAWINGS) if names is None else list(names)
    for name in chosen:
        if name not in DRAWINGS:
            raise unknown_name("drawing", "picture", name, DRAWINGS)
    return tuple(each_picture(Study(theory or derive(network), points, sites), progress, chosen))


def each_picture(study: Study, progress: Progress | None, names: Sequence[str]) -> Iterator[Picture]:
    """The pictures of a study, each when it is drawn."""
    for place, name in enumerate(names):

        def told(part: float, name: str = name, place: int = place) -> None:
            if progress:
                progress(f"drawing {name}", place + part, len(names))

        yield _picture(name, replace(study, told=told, missing=[]))


def picture_of_model(
    model: Model, exponents: Sequence[Record], name: str, *, as_pdf: bool = False
) -> Picture:
    """A picture of the network described; as_pdf: as PDF as well; runs in any process.

    exponents: records of the measured ones.
    """
    return _picture(name, replace(_study(model), exponents=exponents, missing=[]), as_pdf)


@lru_cache(maxsize=1)
def _study(model: Model) -> Study:
    """One for all pictures of a model that are drawn in this process, which share the functions compiled."""
    return Study(theory_of(model))


def _picture(name: str, study: Study, as_pdf: bool = False) -> Picture:
    caption, (svg, *pdf) = drawing(name, study, "svg", *(["pdf"] if as_pdf else []))
    title = DRAWINGS[name][0]
    return Picture(name, title, caption, standalone(svg.decode(), f"picture-{name}", title, DARK), *pdf)


def drawing(name: str, study: Study, *forms: str) -> tuple[str, list[bytes]]:
    """A picture's caption, and the drawing in each of the forms: svg, png, and last of all pdf, which is for paper."""
    study.told(0)
    with one_figure() as figure:
        caption = " ".join([DRAWINGS[name][1](study, figure), *study.missing])
        written = [saved(figure, form) for form in forms if form != "pdf"]
        if "pdf" in forms:
            side_by_side(figure)
            written.append(saved(figure, "pdf"))
        return caption, written
