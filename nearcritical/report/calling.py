"""Functions of an exported Python program, called: run as a script, in an interpreter that sees nothing else.

Argument: the path of the program. Input: [[name, arguments], ...] as JSON. Output: for each call a line of JSON,
the real and imaginary parts of what it returns, or the text of the error that it raises.
"""

import json
import runpy
import sys


def main() -> None:
    functions = runpy.run_path(sys.argv[1])
    for name, given in json.load(sys.stdin):
        try:
            found = functions[name](*given)
        except (ArithmeticError, ValueError) as error:
            sys.stdout.write(json.dumps(f"{type(error).__name__}: {error}") + "\n")
            continue
        several = found if isinstance(found, tuple) else (found,)
        sys.stdout.write(json.dumps([[complex(one).real, complex(one).imag] for one in several]) + "\n")


if __name__ == "__main__":
    main()
