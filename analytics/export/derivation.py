"""Derivations as LaTeX: every step a numbered equation under its claim, then the law that they end in.

Labels are ``eq:PREFIXlaw`` of a law and ``eq:PREFIXlaw:3`` of its third step; what was shown once is referred to. An
equation is broken such that it fits a column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import fill
from typing import Protocol

import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.errors import LawError
from analytics.export.line_breaks import LINE, Row, aligned_lines, equation_body
from analytics.export.program import alternative_name
from analytics.expressions.letters import escaped
from analytics.expressions.notation import I0, F, R, wavenumbers
from analytics.expressions.printing import Latex, latex, sides
from analytics.expressions.prose import caption, prose, scope
from analytics.law.display import display
from analytics.law.law import Law
from analytics.law.lines import rows_latex
from analytics.law.step import Check, Step
from analytics.network.network import Network

PREFIX = re.compile(r"[A-Za-z0-9:.\-]*")
THEORY = frozenset("deiOuxyzDMUWZ")
"""Letters of the theory that no symbol of `notation` has: operators, numbers, places, the kernel's eigenvalue."""

PREAMBLE = (
    r"\documentclass{article}",
    r"\usepackage[T1]{fontenc}",
    r"\usepackage{lmodern}",
    r"\usepackage{amsmath}",
    r"\raggedbottom",
)
NEEDS = "% Needs amsmath. Macros are those of LaTeX and amsmath: aligned, \\eqref, \\operatorname, \\text, \\tfrac."
GLOSSARY = {
    "P": "P = psi(R) is the modulus of the pre-activation",
    "R": "R is the amplitude of the response",
    "omega": "omega is the frequency of the forcing",
    "omega_k": "omega_k = omega(k)",
    "theta": "theta is the phase of the response",
    "g_r": "g_r is the gain along the state",
    "g_t": "g_t is the gain across the state",
    "a": "a = (g_r + g_t)/2",
    "b": "b = (g_r - g_t)/2",
    "omega_q": "omega_q is the frequency of the wave q in the frame",
    "omega_mq": "omega_(-q) is the frequency of the wave -q in the frame",
    "omega_+": "omega_+ is the part of omega(q) that is even in q",
    "omega_-": "omega_- is the part of omega(q) that is odd in q",
    "lambda": "lambda is the factor by which a perturbation grows in a step",
    "sigma": "sigma is the decay rate",
    "v_g": "v_g is the group velocity",
    "t": "t is the scale of the amplitude, c t^(p + 1) = F",
    "y": "y = F/(2 |sin(delta/2)|) is the linear response",
}
"""Letters that stand in steps without being defined there, and what they are; F is what drives."""


MODEL = (
    Row("Z_{n+1}", r"\phi(U * Z_n + I_n)"),
    Row(r"\phi(z)", r"\rho(\left|z\right|) \frac{z}{\left|z\right|}"),
)


def require_prefix(prefix: str) -> None:
    """Raise LawError for what no label can begin with."""
    if not isinstance(prefix, str) or not PREFIX.fullmatch(prefix):
        raise LawError(
            "exporting as latex",
            "a prefix of labels has letters, digits, colons, points and hyphens",
            repr(prefix),
            "Change it.",
        )


def derivation_source(laws: Sequence[Law], prefix: str = "", standalone: bool = False) -> str:
    """The derivations of `laws`, all of one network, as a fragment or as an article.

    prefix: of every label, so that two networks stand in one paper.
    """
    book = Book({law.name for law in laws}, set_apart(laws), prefix)
    for law in laws:
        book.add(law)
    network = " ".join(laws[0].network.name.split()) if laws else "no network"
    names = fill(
        ", ".join(law.name for law in laws), 100, initial_indent="%     ", subsequent_indent="%     "
    )
    head = [
        f"% Laws of {network}, derived in checked steps:\n{names}",
        NEEDS,
        f"% Labels: eq:{prefix}LAW of a law, eq:{prefix}LAW:N of its step N.",
    ]
    text = "\n".join([*head, "", *book.lines])
    if not standalone:
        return text
    return "\n".join([*PREAMBLE, r"\begin{document}", "", text, r"\end{document}", ""])


class Notes(Protocol):
    """LaTeX that stands before an equation and says how it was checked; "" for none."""

    def of_step(self, step: Step) -> str:
        """Before a step."""
        ...

    def of_law(self, law: Law) -> str:
        """Before a law."""
        ...


@dataclass(slots=True)
class Book:
    """Laws written one after the other as LaTeX, in `lines`.

    chosen: names of the laws that are, or will be, written here. apart: see `set_apart`. prefix: of the labels.
    width: of an equation, in em. notes: on the checks, None for comments in the source alone.
    shown: what a step says -> its label; introduced: letters whose meaning was told; told: claims that stand alone;
    named: what a name stands for -> the label under which that was said, where notes are.
    """

    chosen: Collection[str]
    apart: Mapping[sp.Symbol, str]
    prefix: str = ""
    width: float = LINE
    notes: Notes | None = None
    lines: list[str] = field(default_factory=list)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    introduced: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    named: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, law: Law) -> None:
        """The steps of a law, each a numbered equation, and the law."""
        if not self.lines:
            self.lines += self.model(law.network)
        names = self._names(law)
        printer, told = Latex(names), {"R": names[R]} if R in names else {}
        self.lines += [rf"\paragraph{{{_code(law.name)}}}", r"\begin{sloppypar}"]
        self.lines.append(_sentence(prose(law.meaning)))
        formula = _formula(law, printer)
        steps = [(step, Row(*sides(step.equation, step.remainder, printer))) for step in law.steps]
        last = steps.pop()[0] if steps and formula == _Formula([steps[-1][1]]) else None
        defined: dict[sp.Basic, str] = {}
        before: list[str] = []
        again: list[str] = []
        for number, (step, row) in enumerate(steps, start=1):
            key = (step.claim, f"{row.left} = {row.right}")
            label = self.shown.setdefault(key, f"{law.name}:{number}")
            if label == f"{law.name}:{number}":
                self._recall(again)
                here = self._letters(step, law, defined, told)
                source = _references(self.prefix, _labels(step.equation, defined))
                words = [prose(step.claim, told), here, f"From {source}:" if source else ""]
                self.lines.append(" ".join(map(_sentence, filter(None, words))))
                self._formula(
                    label, _Formula([row]), step.check, self.notes.of_step(step) if self.notes else ""
                )
            else:
                again.append(label)
            if row.right == formula.rows[0].right or row.left == formula.rows[0].left:
                before = [label]
            if step.equation.lhs.is_Symbol or isinstance(step.equation.lhs, AppliedUndef):
                defined[step.equation.lhs] = label
        self._recall(again)
        if last is not None:
            self.lines.append(_sentence(prose(last.claim, told)))
        used = list(dict.fromkeys([*_labels(law.equation, defined), *before]))
        self._law(law, formula, printer, used, None if last is None else last.check)
        self.lines += [r"\end{sloppypar}", ""]

    def state(self, law: Law) -> None:
        """A law under the claims of its steps, which stand once; of its other versions the parameters alone."""
        names = self._names(law)
        printer, known = Latex(names), {"R": names[R]} if R in names else {}
        self.lines += [rf"\paragraph{{{_code(law.name)}}}", r"\begin{sloppypar}"]
        self.lines.append(_sentence(prose(law.meaning)))
        for step in law.steps:
            if step.claim not in self.told:
                self.told.add(step.claim)
                here = self._letters(step, law, (), known)
                self.lines += [_sentence(words) for words in (prose(step.claim, known), here) if words]
        self._law(law, _formula(law, printer), printer, (), None, is_whole=False)
        self.lines += [r"\end{sloppypar}", ""]

    def _names(self, law: Law) -> dict[sp.Symbol, str]:
        """Symbols that are written otherwise in a derivation: the amplitude by what drives it, constants set apart."""
        drives = [name for drive, name in ((I0, "R_{I_0}"), (F, "R_F")) if drive in law.symbols]
        return {**self.apart, **({R: drives[0]} if drives and R not in law.symbols else {})}

    def _law(
        self,
        law: Law,
        formula: _Formula,
        printer: Latex,
        used: Sequence[str],
        check: Check | None,
        *,
        is_whole: bool = True,
    ) -> None:
        """The law itself, what fixes its unknowns, its parameters, and where else it holds.

        is_whole: are the equations of its other versions written out?
        """
        kind = "exact" if law.is_exact else rf"true up to the order \({printer.doprint(law.remainder)}\)"
        source = f" from {_references(self.prefix, used)}" if used else ""
        begun = "So the law follows" if check is None else "This is the law"
        validity = self._validity(law, printer)
        self.lines.append(f"{begun}{source}{self._given(law, law.name)}. It is {kind}, for {validity}.")
        self._formula(law.name, formula, check, self.notes.of_law(law) if self.notes else "")
        self._further(law, law.name)
        meanings = [
            rf"\({printer.doprint(parameter.symbol)}\): {prose(parameter.meaning)}"
            for parameter in law.parameters
            if printer.doprint(parameter.symbol) not in self.introduced
        ]
        self.introduced |= {printer.doprint(parameter.symbol) for parameter in law.parameters}
        if meanings:
            self.lines.append(f"{'; '.join(meanings)}.")
        for other in law.alternatives if is_whole else ():
            self._alternative(law, other)
        if law.alternatives and not is_whole:
            given = [
                _listed([rf"\({printer.doprint(symbol)}\)" for symbol in other.symbols])
                for other in law.alternatives
            ]
            self.lines.append(f"The law is there for {', and for '.join(given)} as well.")

    def _validity(self, law: Law, printer: Latex) -> str:
        """What a law is valid for. In its last part, "for every b > 0", the constants stand, before it the theory."""
        constants = {symbol.name: printer.doprint(symbol) for symbol in law.network.constants}
        where, among, values = scope(law.validity)
        return f"{prose(where, {'R': printer.doprint(R)})}{among}{caption(values, constants)}"

    def _alternative(self, law: Law, other: Law) -> None:
        """The law for other parameters: in words where it has the same equation."""
        label, printer = alternative_name(law, other), Latex(self._names(other))
        given = _listed([rf"\({printer.doprint(symbol)}\)" for symbol in other.symbols])
        if (display(law).definitions, law.latex()) == (display(other).definitions, other.latex()):
            self.lines.append(f"The same holds for {given}{self._given(other, label)}.")
        else:
            self.lines.append(f"For {given} the law reads as follows{self._given(other, label)}.")
            self._formula(label, _formula(other, printer), None)
        self._further(other, label)

    def _given(self, law: Law, owner: str) -> str:
        """ ", with R_F from (12)": the laws of further unknowns; owner: the label of this law."""
        printer = Latex(self._names(law))
        known = [
            rf"\({printer.doprint(it.subject)}\) from \eqref{{eq:{self.prefix}{self._place(it, owner)}}}"
            for it in law.where
        ]
        return f", with {_listed(known)}" if known else ""

    def _place(self, known: Law, owner: str) -> str:
        """The label of the law of a further unknown."""
        return known.name if known.name in self.chosen else f"{owner}:{known.subject}"

    def _further(self, law: Law, owner: str) -> None:
        """The laws of further unknowns that have no derivation here."""
        for it in law.where:
            if it.name not in self.chosen:
                self._formula(self._place(it, owner), _formula(it, Latex(self._names(law))), None)

    def _recall(self, labels: list[str]) -> None:
        """Steps that were shown before."""
        if labels:
            self.lines.append(
                f"Again {_references(self.prefix, labels)} {'holds' if len(labels) == 1 else 'hold'}."
            )
            labels.clear()

    def _formula(self, label: str, formula: _Formula, check: Check | None, note: str = "") -> None:
        """A numbered equation, and what its names stand for."""
        tested = [] if check is None else [f"% {check.kind}: {check.symbolic}; {check.numeric}"]
        self.lines += [
            *tested,
            *([note] if note else []),
            r"\begin{equation}",
            *_indented(equation_body(formula.rows, self.width)),
            rf"  \label{{eq:{self.prefix}{label}}}",
            r"\end{equation}",
        ]
        names = formula.names
        if self.notes:
            before = [row for row in names if self.named.setdefault((row.left, row.right), label) != label]
            names = [row for row in names if row not in before]
            if before:
                labels = list(dict.fromkeys(self.named[row.left, row.right] for row in before))
                known = _listed([rf"\({row.left}\)" for row in before])
                end = "," if names else "."
                self.lines.append(f"with {known} as in {_references(self.prefix, labels)}{end}")
        if names:
            self.lines += [
                r"where {\allowdisplaybreaks",
                r"\begin{align*}",
                aligned_lines(names, self.width),
                r"\end{align*}}%",
            ]

    def _letters(self, step: Step, law: Law, defined: Collection[sp.Basic], told: Mapping[str, str]) -> str:
        """What the letters of a step are that nothing has defined, and that were not told before."""
        own = {step.equation.lhs} if step.equation.lhs.is_Symbol else set()
        unknown = step.equation.free_symbols - {law.subject, *law.symbols, *defined} - own
        unknown -= law.network.constants.keys()
        letters = {symbol.name for symbol in unknown}
        names = {**told, "F": "I_0"} if I0 in law.symbols else told
        new = [prose(words, names) for name, words in GLOSSARY.items() if name in letters]
        new = [words for words in new if words not in self.introduced]
        self.introduced |= set(new)
        return f"Here {_listed(new)}" if new else ""

    def model(self, network: Network) -> list[str]:
        """The network, and the letters that every derivation uses."""
        kernel, activation = network.kernel, network.activation
        printer = Latex(self.apart)
        wavevector = wavenumbers(kernel.dimension)
        constants = _listed(
            [rf"\({printer.doprint(name)} = {latex(value)}\)" for name, value in network.constants.items()]
        )
        profile = (
            Row(r"\psi(R)", rf"{printer.doprint(activation.psi(R))} + \dots")
            if activation.is_general
            else Row(r"\rho(r)", printer.doprint(activation.profile))
        )
        frequency = Row(
            rf"\omega({', '.join(map(printer.doprint, wavevector))})",
            printer.doprint(kernel.frequency(wavevector)),
        )
        numbers = (
            ""
            if activation.is_general
            else rf" with \(p = {activation.order}\) and \(c_{{\phi}} = {printer.doprint(activation.coefficient)}\)"
        )
        return [
            r"\begin{sloppypar}",
            f"The network {escaped(network.name)}: its states obey",
            *_displayed(MODEL),
            r"where \(*\) is the circular convolution. "
            + (
                "The profile is" if kernel.is_general else "The profile and the frequencies of the kernel are"
            ),
            *_displayed([profile] if kernel.is_general else [profile, frequency]),
            r"The inverse of \(\rho\) is \(\psi\). At small \(r\) the profile is "
            rf"\(\rho(r) = r - c_{{\phi}} r^{{p + 1}} + \dots\){numbers}."
            + (f" Constants: {constants}." if constants else ""),
            r"\end{sloppypar}",
            "",
        ]


def set_apart(laws: Sequence[Law]) -> dict[sp.Symbol, str]:
    """Constants of the network that are called like something else of the derivations, in upright letters."""
    constants = {symbol for law in laws for symbol in law.network.constants}
    equations = (equation for law in laws for equation in (law.equation, *(s.equation for s in law.steps)))
    other = {symbol.name for equation in equations for symbol in equation.free_symbols - constants}
    taken = other | THEORY | GLOSSARY.keys()
    return {symbol: rf"\mathsf{{{symbol.name}}}" for symbol in constants if symbol.name in taken}


@dataclass(frozen=True, slots=True)
class _Formula:
    """The rows of an equation, and those that say what its names stand for."""

    rows: list[Row]
    names: list[Row] = field(default_factory=list)


def _formula(law: Law, printer: Latex) -> _Formula:
    shown = display(law)
    rows = [Row(*row) for row in rows_latex(shown, law.remainder, printer)]
    if law.period is not None:
        rows[0] = replace(rows[0], right=rf"{rows[0].right} \pmod{{{latex(law.period)}}}")
    return _Formula(rows[: len(shown.lines)], rows[len(shown.lines) :])


def _labels(equation: sp.Basic, defined: Mapping[sp.Basic, str]) -> list[str]:
    """The labels of the steps that define what stands in an equation."""
    there = [name for name in defined if equation.has(name) and equation.args[0] != name]
    return list(dict.fromkeys(defined[name] for name in there))


def _references(prefix: str, labels: Sequence[str]) -> str:
    return _listed([rf"\eqref{{eq:{prefix}{label}}}" for label in labels])


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" and {items[-1]}" if items else ""


def _sentence(text: str) -> str:
    """A sentence with a capital and a full stop."""
    begun = text if text.startswith("\\") else text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "}", ":")) else f"{begun}."


def _displayed(rows: Sequence[Row]) -> list[str]:
    """An equation without a number."""
    return [
        r"\begin{equation*}",
        *_indented(equation_body(rows)),
        r"\end{equation*}",
    ]


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _code(name: str) -> str:
    """A name of a law, which may be broken at its underscores."""
    return r"\texttt{" + name.replace("_", r"\_\allowbreak{}") + "}"
