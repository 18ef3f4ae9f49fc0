"""Laws, derivations and verdicts as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from analytics.expressions import printing
from analytics.expressions.parameter import describe
from analytics.law.display import display
from analytics.law.lines import lines_text
from nearcritical.model.building import chosen_laws
from nearcritical.results.written import Record, sum_text

if TYPE_CHECKING:
    from analytics.law.law import Law
    from analytics.law.step import Step
    from derivations.theory import Theory

WIDTH = 100
"""Columns that prose is filled to."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned columns under a header; nothing is cut, so that it can be searched and piped."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [lines[0], rule, *lines[1:]]
    )


def laws_table(laws: Iterable[Law]) -> str:
    """Name, observable, parameters with their defaults, and exact or remainder."""
    return table(
        ("law", "observable", "parameters", "kind"),
        [(law.name, law.observable, law.signature, law.kind_text) for law in laws],
    )


def statement_text(law: Law) -> str:
    """Everything that a law says: its equation and what its names stand for, its parameters, where it is valid."""
    given = {
        parameter.name: f"{parameter.name}: {parameter.meaning}{f', in {parameter.unit}' if parameter.unit else ''}; "
        f"{describe(parameter.domain)}{'' if parameter.default is None else f', {parameter.default} unless given'}"
        for version in law.versions
        for parameter in version.parameters
    }
    prose = [
        f"{law.name} of {law.network.name}: {law.meaning}.",
        f"Observable {law.observable}, {law.kind_text}, parameters {law.signature}.",
        f"Valid for {law.validity}.",
        f"Source: {law.source}.",
    ]
    head, *rest = (fill(line, WIDTH, subsequent_indent="    ") for line in prose)
    equation = "\n".join(f"    {line}" for line in law_lines(law))
    return "\n".join([head, "", equation, "", *(f"    {line}" for line in given.values()), *rest])


def law_lines(law: Law) -> list[str]:
    """The equation in the names of the theory, what the names stand for, the further unknowns, the other versions."""
    lines = equation_lines(law)
    for version in law.alternatives:
        lines.append(
            f"for {', '.join(parameter.name for parameter in version.parameters)}, the rest as above:"
        )
        lines += [f"    {line}" for line in equation_lines(version) if line not in lines]
    return lines


def equation_lines(law: Law) -> list[str]:
    """One version of a law: equation, names, and the laws of its further unknowns."""
    lines = lines_text(display(law), law.remainder)
    if law.period is not None:
        lines[0] += f"  (mod {printing.text(law.period)})"
    return [
        *lines,
        *(f"with {known.subject} from {known.name}: {printing.text(known.equation)}" for known in law.where),
    ]


def absent_text(theory: Theory) -> str:
    """The laws that do not exist for this network, and what they require of one; "" where all do."""
    absent = theory.absent
    if not absent:
        return ""
    lines = [
        fill(f"{name} requires {need}.", WIDTH, initial_indent="    ", subsequent_indent="        ")
        for name, need in absent.items()
    ]
    return "\n".join([f"Laws that {theory.network.name} does not have:", *lines])


def derivation(theory: Theory, names: Sequence[str]) -> str:
    """The steps of the laws of those names, or of all, chapter by chapter."""
    wanted = chosen_laws(theory, names)
    parts = []
    for chapter in theory.chapters:
        chosen = [theory[name] for name in chapter.names if name in wanted]
        if chosen:
            title = f"{chapter.number}. {chapter.title}"
            parts += [f"{title}\n{'=' * len(title)}", fill(chapter.summary, WIDTH), *map(law_text, chosen)]
    return "\n\n".join(parts)


def law_text(law: Law) -> str:
    """A law under its steps, with the check of each."""
    return "\n\n".join(
        [
            f"{law.name}: {law.meaning}\n{'-' * len(law.name)}",
            *(_step_text(number, step) for number, step in enumerate(law.steps, start=1)),
            f"  Law {law.name}, {law.kind_text}, parameters {law.signature}:\n\n"
            + "".join(f"      {line}\n" for line in law_lines(law))
            + "\n"
            f"  Valid for {law.validity}.\n  Source: {law.source}.",
        ]
    )


def _step_text(number: int, step: Step) -> str:
    claim = fill(f"{number}. {step.claim}", WIDTH, initial_indent="  ", subsequent_indent="     ")
    equation = printing.text(step.equation, remainder=step.remainder).replace(" + +-*", " +- ")
    return f"{claim}\n\n      {equation}\n\n     [{check_text(step)}]"


def values_text(record: Record, all_digits: bool = True) -> str:
    """The values of a law at a point, each with its label; a complex one as a + b i.

    Each of several steady states is shown with its stability. It stands beside the value where the law gives the
    amplitude, else above the values on this state. A value of a law with a remainder is shown to the digits that the
    next term leaves, below it the formula's `all_digits`.
    """
    if "states" not in record:
        return "\n".join(
            line for value in record["values"] for line in _value_lines(value, record, all_digits)
        )
    lines = []
    for state in record["states"]:
        values = [value for value in record["values"] if value["state"] == state["label"]]
        if [value["label"] for value in values] == [state["label"]]:
            lines.append(_state_text(state, sum_text(values[0]["re"], values[0]["im"])))
            continue
        lines.append(f"on {_state_text(state, str(state['amplitude']))}:")
        width = len(f" on {state['label']}")
        lines += [f"    {value['label'][:-width]} = {sum_text(value['re'], value['im'])}" for value in values]
    return "\n".join(lines)


def _value_lines(value: Record, record: Record, all_digits: bool) -> Iterator[str]:
    shown = sum_text(value["re"], value["im"])
    if "remainder" not in record:
        yield f"{value['label']} = {shown}"
        return
    order, leading = f"O({record['remainder']})", value.get("leading", shown)
    yield f"{value['label']} = {leading} + {order}"
    if all_digits and leading != shown:
        yield f"{' ' * len(value['label'])} = {shown} + {order}, the formula to {record['digits']} digits"


def _state_text(state: Record, amplitude: str) -> str:
    known = {True: ", stable", False: ", unstable", None: ""}
    return f"{state['label']} = {amplitude}{known[state['stable']]}"


def enclosures_text(record: Record) -> str:
    """The values of a law at a point in balls, ``R = 0.2665... ± 3.0e-41 (proved)``."""
    lines = []
    for value in record["values"]:
        real, imaginary = value["midpoint"]["re"], value["midpoint"]["im"]
        shown = sum_text(real, imaginary)
        middle = shown if imaginary == "0" else f"({shown})"
        lines.append(f"{value['label']} = {middle} ± {value['radius']} ({_proved_text(value, record)})")
    return "\n".join(lines)


def _proved_text(value: Record, record: Record) -> str:
    if "remainder" not in record:
        return "proved"
    following = f", whose next term is {value['next_term']}" if "next_term" in value else ""
    return f"proved of the formula without O({record['remainder']}){following}"


def bound_text(record: Record) -> str:
    """``|R - formula| <= 0.0105 F**3 for 0 < F <= 1/10 (proved; ...)``, a line for each branch."""
    variable, end, order = record["variable"], record["up_to"], record["remainder"]
    span = f"{variable} >= {end}" if record["limit"] == "oo" else f"0 < {variable} <= {end}"
    lines = []
    for found in record["bounds"]:
        near = (
            f"{variable} -> {record['limit']}"
            if found["reached_at"] is None
            else f"{variable} = {found['reached_at']}"
        )
        lines.append(
            f"|{found['label']} - formula| <= {found['constant']} * {order} for {span} "
            f"(proved; {found['least']} at {near})"
        )
    return "\n".join([*lines, f"{record['law']} against {record['exact']}"])


def check_text(step: Step) -> str:
    """The checks of a step."""
    check = step.check
    digits = f" to {check.digits} digits" if check.digits else ""
    return f"{check.kind}: {check.symbolic}; {check.numeric}{digits}"


OUTCOMES = {True: "passed", False: "FAILED", None: "undecided"}
"""What `passed` of a verdict says."""


def verdicts_table(verdicts: Iterable[Record]) -> str:
    """Law, observable, kind, digits, observed and stated order, verdict; below, why one did not pass."""
    header = ("law", "observable", "kind", "digits", "order observed", "order stated", "verdict")
    verdicts = list(verdicts)
    rows = [
        (
            verdict["law"],
            verdict["observable"],
            "exact" if verdict["remainder_order"] is None else "order",
            "-" if verdict["digits_agreed"] is None else str(verdict["digits_agreed"]),
            verdict["observed_order"] or "-",
            verdict["remainder_order"] or "-",
            OUTCOMES[verdict["passed"]] + (", proved" if verdict["kind"] == "certified" else ""),
        )
        for verdict in verdicts
    ]
    reasons = [f"{verdict['law']}: {verdict['reason']}" for verdict in verdicts if not verdict["passed"]]
    return "\n".join([table(header, rows), *reasons])


def exponents_table(exponents: Iterable[Record]) -> str:
    """Observable, parameter, exact and measured exponent, error bound, verdict; below, which fell short and why."""
    header = ("observable", "against", "predicted", "measured", "error bound", "verdict")
    exponents = list(exponents)
    rows = [
        (
            exponent["observable"],
            exponent["parameter"],
            exponent["predicted"],
            exponent["measured"],
            exponent["error_bound"],
            exponent_outcome(exponent),
        )
        for exponent in exponents
    ]
    return "\n".join([table(header, rows), *shortfalls(exponents)])


def stated_table(exponents: Iterable[Record]) -> str:
    """Observable, parameter and exponent of a general network."""
    rows = [(one["observable"], one["parameter"], one["predicted"]) for one in exponents]
    shown = table(("observable", "against", "exponent"), rows)
    return f"{shown}\nA general network has no number to measure; its instances have."


def exponent_outcome(exponent: Record) -> str:
    """``passed``, ``passed with 47 of 200 digits`` or ``FAILED``."""
    if not exponent["passed"]:
        return "FAILED"
    if exponent["shortfall"] is None:
        return "passed"
    return f"passed with {exponent['digits_reached']} of {exponent['digits']} digits"


def shortfalls(exponents: Iterable[Record], of: str = "") -> list[str]:
    """Why exponents have fewer digits than asked for, a line each; of: the network, where there are two."""
    return [
        f"{exponent['observable']}{of}: {exponent['shortfall']}"
        for exponent in exponents
        if exponent["shortfall"] is not None
    ]


def comparison_table(comparison: Record) -> str:
    """Two networks side by side: exact and measured exponents, and their differences; below, what is missing."""
    first, second = comparison["networks"]
    sides = (first, second, "difference")
    header = ("observable", "against", *(head for side in sides for head in (side, f"{side}, measured")))
    rows, notes = [], []
    for line in comparison["observables"]:
        cells = [line["observable"], line["parameter"]]
        for name, exponent in zip((first, second), line["exponents"], strict=True):
            if exponent is None:
                cells += ["-", "-"]
                notes.append(f"{line['observable']} of {name}: requires {line['requires']}")
                continue
            figure = f"{exponent['measured']} ± {exponent['error_bound']}"
            cells += [exponent["predicted"], figure if exponent["passed"] else f"{figure} FAILED"]
            notes += shortfalls([exponent], f" of {name}")
        apart = line["difference"]
        cells += (
            ["-", "-"]
            if apart is None
            else [apart["predicted"], f"{apart['measured']} ± {apart['error_bound']}"]
        )
        rows.append(cells)
    return "\n".join([table(header, rows), *notes])


def check_answer(check: Record) -> str:
    """The kind with the reason; below, the leading errors, the constants varied and what was left out."""
    lines = [f"{check['kind']}: {check['reason']}"]
    if check["kind"] == "asymptotic":
        several = len({error["branch"] for error in check["errors"]}) > 1
        rows = [
            (
                f"modulus {error['text']}" if error["modulus"] and error["leading"] else error["text"],
                ", ".join(f"{name} = {value}" for name, value in error["setting"].items())
                + (f", value {error['branch']}" if several else ""),
            )
            for error in check["errors"]
        ]
        lines.append(table(("measured - formula", "at"), rows))
    lines += [f"{name} was varied: {', '.join(values)}" for name, values in check["varied"].items()]
    return "\n".join([*lines, *check["left_out"]])
