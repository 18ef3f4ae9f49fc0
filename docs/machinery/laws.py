"""Sphinx: formulas of the theory that are derived while the page is made, so that no page can differ from the toolkit.

```{law} NAME ACTIVATION KERNEL         one law: its formula, its meaning and where it is valid
```{laws} ACTIVATION KERNEL [BEGUN]     all laws of a network whose names begin so, chapter by chapter
"""

from __future__ import annotations

from functools import cache

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from nearcritical import Law, Theory, derive, network
from nearcritical.report.mathml import sentence


@cache
def theory_of(activation: str, kernel: str) -> Theory:
    """The laws of a network by its names; each is derived when it is first asked for."""
    return derive(network(activation, kernel))


class OneLaw(Directive):
    """A law, displayed."""

    required_arguments = 3

    def run(self) -> list[nodes.Node]:
        name, activation, kernel = self.arguments
        law = theory_of(activation, kernel)[name]
        whose = "the general network" if activation == "general" else f"{activation}/{kernel}"
        said = f"<p><code>{name}</code> of {whose}: {sentence(law.meaning)}. {_validity(law)}</p>"
        box = nodes.container(classes=["law"])
        box += [*_formula(law), nodes.raw("", said, format="html")]
        return [box]


class AllLaws(Directive):
    """Every law of a network, under its chapter."""

    required_arguments, optional_arguments = 2, 1

    def run(self) -> list[nodes.Node]:
        theory, found = theory_of(*self.arguments[:2]), []
        begun = self.arguments[2] if len(self.arguments) > 2 else ""
        for chapter in theory.chapters:
            names = [maker.name for maker in chapter.laws if maker.name in theory]
            laws = [theory[name] for name in names if name.startswith(begun)]
            if laws:
                section = nodes.section(ids=[nodes.make_id(f"{chapter.title} {self.arguments[1]}")])
                section += [nodes.title(text=chapter.title), nodes.paragraph(text=chapter.summary)]
                for law in laws:
                    said = (
                        f'<p id="{law.name}-{self.arguments[1]}"><strong>{law.name}</strong>: '
                        f"{sentence(law.meaning)}; {sentence(law.kind_text)}. {_validity(law)}</p>"
                    )
                    section += [nodes.raw("", said, format="html"), *_formula(law)]
                found.append(section)
        return found


def _formula(law: Law) -> list[nodes.Node]:
    return [nodes.math_block(law.latex(), law.latex())]


def _validity(law: Law) -> str:
    return f"Valid for {sentence(law.validity)}." if law.validity else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directives known to Sphinx."""
    app.add_directive("law", OneLaw)
    app.add_directive("laws", AllLaws)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
