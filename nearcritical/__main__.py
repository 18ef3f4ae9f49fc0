"""``python -m nearcritical`` is the command ``nearcritical``."""

import sys

from nearcritical.rooms import clash


def main() -> None:
    """Run the command line, unless the packages below it are not ours."""
    if said := clash():
        sys.stderr.write(f"nearcritical: {said}\n")
        sys.exit(2)
    from nearcritical.cli.main import main as command
    from nearcritical.system.processes import collect_rarely

    collect_rarely()
    command(prog_name="nearcritical")


if __name__ == "__main__":
    main()
