"""Sphinx: every formula of a page is MathML, which browsers typeset by themselves."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from nearcritical.report.mathml import mathematics

OF_A_NOTEBOOK = re.compile(r"\$(\\displaystyle )?([^$]+?)\$")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    self.body.append(str(mathematics(node.astext())))
    raise nodes.SkipNode


def displayed(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    lines = node.astext().replace(r"\begin{equation}", "").replace(r"\end{equation}", "").strip()
    self.body.append(f'<div class="formula">{mathematics(lines, display=True)}</div>')
    raise nodes.SkipNode


class NotebookFormulas(SphinxPostTransform):
    r"""In HTML that a notebook has shown, ``$\displaystyle ...$`` becomes MathML."""

    default_priority = 400

    def run(self, **_: Any) -> None:
        for node in self.document.findall(nodes.raw):
            if node.get("format") == "html":
                written = OF_A_NOTEBOOK.sub(_typeset, node.astext())
                node.children = [nodes.Text(written)]
                node.rawsource = written


def _typeset(found: re.Match[str]) -> str:
    latex = found[2]
    for entity, sign in ENTITIES:
        latex = latex.replace(entity, sign)
    typeset = str(mathematics(latex))
    return typeset.replace("<math ", '<math displaystyle="true" ', 1) if found[1] else typeset


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the renderer known to Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    app.add_post_transform(NotebookFormulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
