r"""Words as LaTeX in ASCII: signs that mean something there are escaped, letters beyond ASCII written by commands.

a_b -> a\_b      é -> \'{e}      ő -> \H{o}      ł -> \l{}      β -> \ensuremath{\beta}
"""

from __future__ import annotations

import re
from unicodedata import name, normalize

from analytics.errors import GrammarError

SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
MARKS = re.compile("[" + re.escape("".join(SPECIAL)) + "]")

ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328\u0331",
        "`'^~=u.\"rHvdckb",
        strict=True,
    )
)
"""Combining marks -> LaTeX's accents. The ogonek, k, needs the font encoding T1, as some of `LETTERS` do."""

LETTERS = dict(
    zip("ßæÆœŒøØłŁıđĐðÐþÞŋŊ", "ss ae AE oe OE o O l L i dj DJ dh DH th TH ng NG".split(), strict=True)
)

GREEK = dict(
    zip(
        "αβγδεζηθϑικλμνξπρϱσςτυφϕχψωϵΓΔΘΛΞΠΣΥΦΨΩ",
        "alpha beta gamma delta varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho varrho "
        "sigma varsigma tau upsilon varphi phi chi psi omega epsilon "
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        strict=True,
    )
)

SIGNS = dict(
    zip(
        "–—‘’“”…§¶",
        r"-- --- ` ' `` '' \dots{} \S{} \P{}".split(),
        strict=True,
    ),
    **{
        sign: rf"\ensuremath{{{command}}}"
        for sign, command in zip(
            "−±×·÷→←≤≥≠≈∞°µ",
            r"- \pm \times \cdot \div \rightarrow \leftarrow \le \ge \ne \approx \infty ^\circ \mu".split(),
            strict=True,
        )
    },
)

BEYOND = re.compile(r"[^\x00-\x7f]")


def escaped(text: str) -> str:
    """Words that may have signs of LaTeX in them, on one line. Raises as `in_ascii`."""
    return in_ascii(MARKS.sub(lambda sign: SPECIAL[sign.group()], " ".join(text.split())))


def in_ascii(text: str) -> str:
    """LaTeX with its letters beyond ASCII written by commands. Raises GrammarError for one that has no command."""
    return BEYOND.sub(lambda found: _command(found.group()), normalize("NFC", text))


def _command(letter: str) -> str:
    if letter in LETTERS:
        return rf"\{LETTERS[letter]}{{}}"
    if letter in GREEK:
        return rf"\ensuremath{{\{GREEK[letter]}}}"
    if letter in SIGNS:
        return SIGNS[letter]
    parts = normalize("NFD", letter)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in ACCENTS:
        return rf"\{ACCENTS[parts[1]]}{{{parts[0]}}}"
    raise GrammarError(
        "writing LaTeX",
        "Latin letters with one accent, Greek letters and common signs have commands there",
        f"{letter!r} ({name(letter, 'without a name')})",
        "Rename what has it, or take a format that is not LaTeX.",
    )
