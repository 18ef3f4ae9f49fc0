"""How the page of a benchmark begins: what was run, when and on what."""

import os
import platform
from datetime import date
from importlib.metadata import version


def heading(title: str, command: str, about: str, *packages: str) -> str:
    """about: what was studied, and how much of it; packages: those that did the work."""
    built = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    return f"# {title}\n\n`{command}` on {date.today()}, {machine}, {', '.join(built)}; {about}.\n"
