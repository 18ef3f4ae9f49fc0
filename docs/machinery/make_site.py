"""Make the site: execute the notebooks, run the gallery, let Sphinx write the pages, and follow every link.

python docs/machinery/make_site.py DIRECTORY    the pages are DIRECTORY/html, their sources DIRECTORY/source
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

from links import faults

ROOT = Path(__file__).parent.parent.parent
DOCS, GALLERY = ROOT / "docs", ROOT / "examples" / "gallery"
BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}
"""Files of the repository -> the pages that they are in the site."""

OPEN = "```"


def main(directory: Path) -> int:
    source, pages = directory / "source", directory / "html"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(DOCS, source)
    for name, page in BESIDE.items():
        shutil.copy(ROOT / name, source / page)
    (source / "reference" / "options.md").write_text(options(), encoding="utf-8")
    for notebook in sorted(source.glob("notebooks/*.ipynb")):
        execute(notebook)
    for script in scripts():
        demonstrate(script, source / "gallery")
    run("sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--builder", "html", source, pages)
    found = list(faults(pages))
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(list(pages.rglob('*.html')))} pages in {pages}, {len(found)} faults in their links")
    return 1 if found else 0


def options() -> str:
    """The help of every command, as it is printed."""
    from click import Context

    from nearcritical.cli.main import main as program

    pages = ["# Every option", "What `nearcritical COMMAND --help` prints."]
    for name, command in program.commands.items():
        context = Context(
            command, info_name=f"nearcritical {name}", terminal_width=100, max_content_width=100
        )
        pages += [f"## {name}", f"{OPEN}text\n{command.get_help(context)}\n{OPEN}"]
    return "\n\n".join(pages) + "\n"


def scripts() -> list[Path]:
    """The demonstrations, by name."""
    return sorted(GALLERY.glob("*.py"))


def execute(notebook: Path) -> None:
    """Every cell, in a kernel of its own; then as a page, which has the drawings beside it."""
    options = "--ClearMetadataPreprocessor.enabled=True", "--ExecutePreprocessor.timeout=300"
    run("nbconvert", "--log-level=WARN", "--to=notebook", "--inplace", "--execute", *options, notebook)
    run("nbconvert", "--log-level=WARN", "--to=markdown", notebook)
    page = notebook.with_suffix(".md")
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\n{{download}}`The notebook, executed <{notebook.name}>`\n", encoding="utf-8")


def demonstrate(script: Path, gallery: Path) -> None:
    """A page of the words at the head of a script, its picture, what it prints, and the script."""
    picture = gallery / f"{script.stem}.svg"
    printed = run(script, picture, python=())
    title, _, words = (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or "").partition("\n")
    words = words.partition("Run as")[0].strip()
    said = f"{OPEN}text\n$ python examples/gallery/{script.name}\n{printed}{OPEN}"
    shown = os.path.relpath(script, gallery)
    listing = f"{OPEN}{{literalinclude}} {shown}\n:language: python\n:start-at: import sys\n{OPEN}"
    page = f"# {title}\n\n{words}\n\n![{title}]({picture.name})\n\n{said}\n\n{listing}\n"
    (gallery / f"{script.stem}.md").write_text(page, encoding="utf-8")


def run(*command: object, python: tuple[str, ...] = ("-m",)) -> str:
    """A program of this environment; what it prints. Ends everything where it fails."""
    found = subprocess.run(
        [sys.executable, *python, *map(str, command)],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if found.returncode:
        sys.exit(f"{found.stdout}{command[0]} ended with exit code {found.returncode}")
    return found.stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
