"""``python -m nearcritical`` is the command ``nearcritical``."""

from nearcritical.cli import main

if __name__ == "__main__":
    main(prog_name="nearcritical")
