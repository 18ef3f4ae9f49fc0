"""Links as a browser follows them from the disk: files and anchors are there, nothing is loaded from the net."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(given.get("href", ""))
        elif "src" in given:
            self.loaded.append(given["src"])


def faults(pages: Path) -> Iterator[str]:
    """In words, one for each link to a file or an anchor that is not there, and for what is loaded from elsewhere."""
    read = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(pages.rglob("*.html"))}
    for path, page in read.items():
        name = path.relative_to(pages)
        for address in page.loaded:
            if urlsplit(address).netloc:
                yield f"{name}: {address} is loaded from the net"
        for address in [*page.links, *page.loaded]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                yield f"{name}: {address} is not there"
            elif parts.fragment and target in read and unquote(parts.fragment) not in read[target].anchors:
                yield f"{name}: {address} has no such anchor"
