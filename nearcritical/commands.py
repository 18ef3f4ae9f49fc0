"""How the command line behaves whatever the command: one line for an error, and the options of a model."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from analytics.errors import ModelError, NearCriticalError
from nearcritical.model.model import Model
from nearcritical.model.model_file import model_of_names, read_model, with_constants
from nearcritical.system.files import require_file, write_file
from nearcritical.system.progress import shown_progress

if TYPE_CHECKING:
    from analytics.law.law import Law

FORMS = ("svg", "pdf", "png")
"""What a drawing can be written as."""

TYPED = "nearcritical.typed"
"""Where a click context keeps the arguments of the whole command line."""

REFUSED = 2
INTERRUPTED = 130

NETWORK = ("activation", "kernel", "dimension", "modulation")
"""Parameters that describe a network in place of a model file."""


class Commands(click.Group):
    """A group whose commands end every failure in one line on standard error and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are defined, the order of the work."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed, for `typed`."""
        ctx.meta[TYPED] = tuple(args)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run the command line and exit."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(REFUSED)
        except click.UsageError as error:
            called = error.ctx.command_path if error.ctx else "nearcritical"
            _refuse(f"{called}: {error.format_message()} See '{called} --help'.")
        except click.ClickException as error:
            _refuse(f"nearcritical: {error.format_message()}")
        except (click.Abort, KeyboardInterrupt) as error:
            for note in _notes(error.__cause__ or error):
                click.echo(f"nearcritical: interrupted. {note}", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:  # the reader of a pipe has left, as `head` does
            sys.stderr.close()
            sys.exit(1)
        except Exception as error:
            if isinstance(error, NearCriticalError):
                _refuse(" ".join([f"nearcritical: {error}", *_notes(error)]))
            if not isinstance(error, OSError):
                raise
            sys.stdout = None  # what it still holds cannot be written either
            _refuse(f"nearcritical: the system refused: {error.strerror or error}.")
        sys.exit(code if isinstance(code, int) else 0)


def typed() -> str:
    """The command line that runs, as a shell would take it again; "" outside of one."""
    ctx = click.get_current_context(silent=True)
    return "" if ctx is None else shlex.join(["nearcritical", *ctx.meta.get(TYPED, ())])


def _refuse(message: str) -> NoReturn:
    click.echo(" ".join(message.split()), err=True)
    sys.exit(REFUSED)


def _notes(error: BaseException) -> Sequence[str]:
    """The notes of an error. Python itself shows those of an unexpected error, below its traceback."""
    return getattr(error, "__notes__", ())


@contextmanager
def derived(model: Model, names: Sequence[str], doing: str, *, kept: bool = False) -> Iterator[list[Law]]:
    """The laws of those names, or all. A terminal shows their derivation, then what they are used for, `doing`.

    kept: see `theory_of`.
    """
    from nearcritical.model.building import laws_of

    with shown_progress(lines=False) as progress:
        laws = laws_of(model, names, progress, kept=kept)
        progress(doing, 0, 1)
        yield laws


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name a network, read into its argument `model`."""

    @click.option("--model", "model_file", metavar="FILE.toml", help="A model file, see examples/model.toml.")
    @click.option("--activation", default="algebraic", metavar="NAME", help="A name, or an expression in r.")
    @click.option("--kernel", default="laplacian", metavar="NAME", help="A name, or a frequency in k.")
    @click.option(
        "--dimension", default=1, metavar="N", help="Of the lattice, from 1 to 3: 1 is a ring, 2 a torus."
    )
    @click.option(
        "--modulation", metavar="EXPRESSION", help="Shape p(s) of a background I0 p(x/L), of period 1 in s."
    )
    @click.option(
        "--set", "constants", multiple=True, metavar="NAME=VALUE", help="A constant, c=3/10; repeatable."
    )
    @wraps(command)
    def with_model(
        model_file: str | None,
        activation: str,
        kernel: str,
        dimension: int,
        modulation: str | None,
        constants: tuple[str, ...],
        **others: Any,
    ) -> Any:
        values = assignments("--set", constants)
        if model_file is None:
            model = model_of_names(activation, kernel, dimension, values, modulation)
        else:
            exclude("--model describes the network", *NETWORK)
            model = with_constants(read_model(model_file), values)
        return command(model=model, **others)

    return with_model


def terms_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --terms, which says how far the series of its model go."""

    @click.option(
        "--terms", type=click.IntRange(min=1), metavar="N", help="Terms of each law that is a series."
    )
    @wraps(command)
    def with_terms(model: Model, terms: int | None, **others: Any) -> Any:
        return command(model=replace(model, terms=terms), **others)

    return with_terms


def kept_laws_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a model and --terms, and --no-cache, read into `kept`: is the cache used?"""

    @model_options
    @terms_option
    @click.option(
        "--no-cache",
        is_flag=True,
        envvar="NEARCRITICAL_NO_CACHE",
        help="Derive anew, and keep nothing; so does NEARCRITICAL_NO_CACHE=1.",
    )
    @wraps(command)
    def with_cache(no_cache: bool, **others: Any) -> Any:
        return command(kept=not no_cache, **others)

    return with_cache


def is_given(parameter: str) -> bool:
    """Does the command line of the running command set a parameter?"""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def exclude(reason: str, *parameters: str) -> None:
    """Raise UsageError if the running command was given any of these `parameters`; reason: what excludes them."""
    options = click.get_current_context().command.params
    clash = [
        option.opts[0]
        for option in options
        if option.name in parameters and option.name and is_given(option.name)
    ]
    if clash:
        raise click.UsageError(f"{reason} and excludes {' and '.join(clash)}.")


def form_of(out: str | None, form: str | None) -> str:
    """What a drawing is written as: `form`, or as the name `out` ends, or svg. Raises UsageError where these differ."""
    ending = Path(out or "").suffix.lower().removeprefix(".")
    if form is None:
        form = ending or FORMS[0]
        if form not in FORMS:
            raise click.UsageError(
                f"--out ends in .{', .'.join(FORMS)}, or --format says what to write; got {out}."
            )
    elif ending in FORMS and ending != form:
        raise click.UsageError(
            f"--format {form} needs a name that ends so; got --out {out}. Give one of the two."
        )
    return form


def assignments(option: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of ``NAME=VALUE`` texts. Raises UsageError for another form or a name given twice."""
    pairs: list[tuple[str, str]] = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise click.UsageError(f"{option} takes NAME=VALUE, got {text!r}.")
        if name in dict(pairs):
            raise click.UsageError(f"{option} sets {name} twice.")
        pairs.append((name, value))
    return pairs


def digits_option(default: int | None, help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: A002
    """The option --digits, a whole number of 1 or more."""
    return click.option("--digits", type=click.IntRange(min=1), default=default, metavar="D", help=help)


standalone_flag = click.option(
    "--standalone", is_flag=True, help="Of latex with steps: an article of its own."
)
prefix_option = click.option(
    "--prefix", default="", metavar="P", help="Of latex: what every label begins with."
)
json_flag = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
point_option = click.option(
    "--at", "point", multiple=True, metavar="NAME=VALUE", help="An exact parameter; repeatable."
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes; as many as there are cores unless given, for more than a few laws.",
)


def place_option(
    flag: str, *names: str, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option that names a file or a directory."""

    def named(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
        if value == "":
            raise click.BadParameter("a path is needed, got ''.", context, option)
        return value

    return click.option(flag, *names, callback=named, **settings)


def require_place(file: str | None) -> None:
    """Raise ModelError unless `deliver` can write there, before the work is done."""
    if file not in (None, "-"):
        require_file(Path(file))


def deliver(text: str, file: str | None = None) -> None:
    """Write `text` to a file, whole or not at all, or to standard output for "-" or None.

    Where the file can no longer be written, as on a disk that has filled up, the text goes to standard output, so
    that the work is not lost, and the ModelError is raised.
    """
    text = text if text.endswith("\n") else text + "\n"
    if file is None or file == "-":
        click.echo(text, nl=False)
        return
    try:
        write_file(Path(file), text)
    except ModelError:
        click.echo(text, nl=False)
        raise


def conclude(shown: str, content: str, file: str | None, *, passed: bool) -> NoReturn:
    """Show the outcome, deliver `content` to `file` if there is one, and exit: code 1 unless all `passed`."""
    if file != "-":
        click.echo(shown)
    if file is not None:
        deliver(content, file)
    sys.exit(0 if passed else 1)


def digits_of(model: Model, digits: int | None, default: int = 50) -> int:
    """Digits asked for on the command line, else by the model file, else the default. Raises PrecisionError."""
    from analytics.evaluation.values import require_digits

    chosen = digits or model.digits or default
    require_digits("verifying", chosen)
    return chosen
