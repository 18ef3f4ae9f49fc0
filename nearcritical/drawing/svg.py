"""SVG that stands alone and fits into a page: ids of its own, nothing fetched, colours for light and dark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
OWN_ID = re.compile(r'\bid="')
REFERENCE = re.compile(r'(url\(|href=")#')
STYLE_OF_ALL = re.compile(r'<style type="text/css">\*')
ROOT = re.compile(r"<svg\b")


def standalone(svg: str, name: str, title: str, dark: Mapping[str, str]) -> str:
    """An SVG document as one element that several of its kind can share a page with.

    name: prefix of every id, and the id of the whole. title: for those who do not see it.
    dark: colour as drawn -> the same on a dark screen. Drawn colours stay in the elements, so that programs
    that know no style sheets, and printers, see the light ones.
    """
    text = METADATA.sub("", COMMENT.sub("", PROLOGUE.sub("", svg)))
    text = REFERENCE.sub(rf"\1#{name}-", OWN_ID.sub(f'id="{name}-', text))
    text = STYLE_OF_ALL.sub(f"<style>#{name} *", text)
    text = ROOT.sub(f'<svg id="{name}" role="img" aria-label={quoteattr(title)}', text, count=1)
    return text.replace("</style>", f"</style>\n<style>{_dark(dark)}</style>", 1).replace(
        "<defs>", f"<title>{escape(title)}</title>\n <defs>", 1
    )


def _dark(colours: Mapping[str, str]) -> str:
    """Rules that select by colour. Markers are drawn by reference, where a selector does not see their series."""
    rules = (
        f'[style*="{paint}: {light}"]{{{paint}:{colour} !important}}'
        for light, colour in colours.items()
        for paint in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme: dark){{{''.join(rules)}}}"
