"""The words of a derivation as LaTeX: formulas as one types them, set as formulas.

"Balance one step: P = psi(R), R -> 0."     "Balance one step: \\(P = \\psi(R)\\), \\(R \\to 0\\)."
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import ascii_letters

from analytics.expressions.letters import escaped, in_ascii

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
FUNCTIONS = frozenset("sin cos tan cot cosh sinh tanh coth ln arg exp".split())
NAMED = {
    "Re": r"\operatorname{Re}",
    "Im": r"\operatorname{Im}",
    "mod": r"\bmod",
    "sum": r"\sum",
    "zbar": r"\bar{z}",
    "oo": r"\infty",
}
COMMANDS = {"sqrt": r"\sqrt", "conj": r"\overline"}
SIGNS = {
    "+-": r"\pm",
    "-+": r"\mp",
    "->": r"\to",
    "<<": r"\ll",
    ">>": r"\gg",
    "<=": r"\le",
    ">=": r"\ge",
    "!=": r"\ne",
    "...": r"\dots",
    "*": "",
    "**": "^",
    "(*)": "*",
}
SIGMOID_COEFFICIENT = re.compile(r"(?<![\w.])c(?![\w(=])")
"""The coefficient of the sigmoid in the words of a derivation. A constant of a kernel may be c too."""

SPECIAL = re.compile(r"([&%$#_{}])")
SIGN = re.compile(r"\+-|-\+|->|<<|>>|<=|>=|!=|\.\.\.|[-+=<>*/]")
LETTERS = frozenset(ascii_letters) - set("AIa")
"""Letters that are never a word."""

FORMULA = re.compile(r"[\^_|*=]|\w\(|\d|(?<![a-z])[A-Za-z]'+(?![a-z])|^\w{1,2}/\w{1,2}$|^\w+/d\w+$")
MARK = re.compile(r"\(\*\)|\*\*|\+-|-\+|->|<<|>>|<=|>=|!=|\.\.\.|[A-Za-z]+|\d+(?:\.\d+)?|'+|.")
TRAILING = re.compile(r"(?<!\.)[.,:;]$|,$")


def prose(text: str, names: Mapping[str, str] | None = None) -> str:
    """A sentence for a page. names: letters that are written otherwise, as R on a background, and their LaTeX."""
    return typeset(SIGMOID_COEFFICIENT.sub("c_phi", text), names or {}, _latex_word, _latex_formula)


def scope(validity: str) -> tuple[str, str, str]:
    """What a law is valid for in three: the theory speaks, ", for ", and "every b > 0" of the network's constants."""
    where, among, values = validity.rpartition(", for ")
    return (where, among, values) if among else (values, "", "")


def caption(text: str, names: Mapping[str, str] | None = None, label: str = "") -> str:
    """Words on the network, in which c is a constant, no coefficient of a sigmoid. names: see `prose`.

    label: the network's own, which is no formula, whatever stands in it.
    """
    pieces = [text] if not label else text.split(label)
    written = (
        " " * piece[:1].isspace()
        + typeset(piece, names or {}, _latex_word, _latex_formula)
        + " " * piece[-1:].isspace()
        for piece in pieces
    )
    return escaped(label).join(written).strip()


def typeset(
    text: str, names: Mapping[str, str], word: Callable[[str], str], formula: Callable[[str], str]
) -> str:
    """A sentence, its words and the LaTeX of its formulas each written by a function."""
    words = text.split()
    found: list[str] = []
    place = 0
    while place < len(words):
        end, tail = _formula(words, place, names)
        if end == place:
            sign = words[place]
            is_sign = sign != "-" and _is_sign(sign)
            found.append(formula(SIGNS.get(sign, sign)) if is_sign else word(sign))
            place += 1
            continue
        inner = " ".join(words[place:end])
        inner = inner[: len(inner) - len(tail)]
        opening, inner = ("(", inner[1:]) if inner.count("(") > inner.count(")") else ("", inner)
        closing, inner = (")", inner[:-1]) if inner.count(")") > inner.count("(") else ("", inner)
        found.append(f"{opening}{formula(latex(inner, names))}{closing}{tail}")
        place = end
    return " ".join(found)


def _latex_formula(inner: str) -> str:
    return rf"\({inner}\)"


def _latex_word(word: str) -> str:
    return in_ascii(SPECIAL.sub(r"\\\1", word).replace("...", r"\dots{}"))


def _formula(words: list[str], start: int, names: Mapping[str, str]) -> tuple[int, str]:
    """Where a formula that begins at a word ends, `start` where none does; and the punctuation behind it."""
    place, tail, is_open = start, "", 0
    while place < len(words) and not tail:
        word = words[place]
        if not (is_open > 0 or _is_formula(words, place, start, names)):
            break
        is_open += word.count("(") - word.count(")") + word.count("[") - word.count("]")
        is_open = max(is_open, 0)
        if is_open == 0 and (punctuation := TRAILING.search(word)):
            tail = punctuation.group()
        place += 1
    while place > start + 1 and not tail and _is_sign(words[place - 1]) and words[place - 1] != "...":
        place -= 1
    if place == start + 1 and _is_sign(words[start].rstrip(".,:;")) and words[start] != "...":
        return start, ""
    return place, tail


def _is_formula(words: list[str], place: int, start: int, names: Mapping[str, str]) -> bool:
    bare = TRAILING.sub("", words[place]).strip("()")
    before = words[place - 1] if place > start else ""
    after = TRAILING.sub("", words[place + 1]) if place + 1 < len(words) else ""
    ends = bool(TRAILING.search(words[place]))
    if _is_sign(bare):
        return place > start
    if bare == "A":  # the article begins a sentence
        return place > 0 and not words[place - 1].endswith((".", ":"))
    if bare == "sum":
        return _is_sign(before)
    if bare == "a":  # the article, unless it is reckoned with
        return _is_sign(before) or (not ends and (_is_sign(after) or after in LETTERS or after[:1] == "|"))
    letter = bare.lstrip("-").rstrip("'")
    if letter in names or letter in LETTERS | GREEK | FUNCTIONS | NAMED.keys() | COMMANDS.keys():
        return True
    return (
        bool(FORMULA.search(bare))
        and not re.fullmatch(r"\(?[A-Za-z]{3,}[a-z]*\)?", bare)
        and not _is_word(bare)
    )


def _is_word(bare: str) -> bool:
    """A name such as forced_amplitude, in quotes or not, or a word with a hyphen."""
    return re.fullmatch(r"[a-z]{3,}(_[a-z]{3,})+", bare.strip("'")) is not None


def _is_sign(word: str) -> bool:
    return SIGN.fullmatch(word) is not None


def latex(typed: str, names: Mapping[str, str]) -> str:
    """A formula as one types it, as LaTeX."""
    whole = "".join(rf"(?<!\w){re.escape(name)}(?!\w)|" for name in names)
    marks = [mark for mark in re.findall(whole + MARK.pattern, typed) if mark != " "]
    text, place = _sequence(marks, 0, names, "")
    assert place == len(marks), typed
    return " ".join(text.split())


def _sequence(marks: list[str], place: int, names: Mapping[str, str], end: str) -> tuple[str, int]:
    found: list[str] = []
    while place < len(marks) and (not end or marks[place] != end):
        part, place = _part(marks, place, names)
        if part[:1] in "^_'" and found:
            found[-1] += part
        else:
            found.append(part)
    return " ".join(found), place


def _part(marks: list[str], place: int, names: Mapping[str, str]) -> tuple[str, int]:
    mark = marks[place]
    after = marks[place + 1] if place + 1 < len(marks) else ""
    if mark in ("^", "_", "**"):
        if mark != "_" and after == "-" and place + 2 < len(marks):
            return f"^{{-{marks[place + 2]}}}", place + 3
        inner, place = _argument(marks, place + 1, names)
        return f"{'_' if mark == '_' else '^'}{{{inner}}}", place
    if mark in COMMANDS:
        inner, place = _argument(marks, place + 1, names)
        if mark == "conj" and place < len(marks) and marks[place] == "(":
            applied, place = _part(marks, place, names)
            inner += applied
        return f"{COMMANDS[mark]}{{{inner}}}", place
    if mark == "(":
        inner, place = _sequence(marks, place + 1, names, ")")
        return f"({inner})", min(place + 1, len(marks))
    if mark in names and not (after.isdigit() or after == "_"):
        return names[mark], place + 1
    if mark == "." and after.isalpha():
        return r"\cdot", place + 1
    letter = f"\\{mark}" if mark in GREEK or mark in FUNCTIONS else mark if len(mark) == 1 else ""
    if letter and mark.isalpha() and mark not in FUNCTIONS and after.isdigit():
        return f"{letter}_{{{after}}}", place + 2
    if letter.startswith("\\"):
        return letter, place + 1
    if mark in NAMED or mark in SIGNS:
        return {**NAMED, **SIGNS}[mark], place + 1
    if mark.isalpha() and len(mark) > 2:
        return rf"\text{{ {mark} }}", place + 1
    return SPECIAL.sub(r"\\\1", mark), place + 1


def _argument(marks: list[str], place: int, names: Mapping[str, str]) -> tuple[str, int]:
    """What a power, a subscript or a function applies to: parentheses without them, or one part."""
    if place < len(marks) and marks[place] == "(":
        inner, place = _sequence(marks, place + 1, names, ")")
        return inner, min(place + 1, len(marks))
    return _part(marks, place, names) if place < len(marks) else ("", place)
