"""Mathematics for a browser: LaTeX as MathML, and the formulas inside a sentence."""

from __future__ import annotations

import re

from latex2mathml.converter import convert
from markupsafe import Markup, escape

PHI = re.compile(r"\\phi(?![A-Za-z])")
OPERATOR_NAME = re.compile(r"\\operatorname\{(\w+)\}")
FUNCTION = r"<mi>(?!mod<)[A-Za-z]\w+</mi>"
LONE_OPERATOR = re.compile(r"<mrow><mo>([^<]*)</mo></mrow>")
MODULUS = re.compile(r"<mo>&#x00028;</mo>(<mi>mod</mi>.*?)<mo>&#x00029;</mo>")
BARE_ARGUMENT = re.compile(
    rf"((?<!<msub>)(?<!<msup>){FUNCTION}|<msup>{FUNCTION}(?:<mrow>.*?</mrow>|<m[in]>[^<]*</m[in]>)</msup>)"
    r"(?!</mrow>|\s*(?:<mrow>)?\s*<mo[^>]*>(?:&#x00028;|&#x00029;|&#x0007C;))"
)
AFTER_A_FACTOR = re.compile(
    rf"(</(?:mi|mn|msup|msub|mfrac|msqrt|mstyle)>|&#x00029;</mo>(?:</mrow>)?)(?=(?:<msup>)?{FUNCTION})"
)
EITHER_SIGN = re.compile(r"(?<!<mrow>)<mi>(&#x000B1;|&#x02213;)</mi>")  # an identifier to the converter
THIN_SPACE = '<mspace width="0.167em"/>'

GREEK_NAMES = "alpha beta delta theta kappa lambda pi rho sigma tau phi chi psi omega Omega".split()
GREEK = dict(zip(GREEK_NAMES, "αβδθκλπρστφχψωΩ", strict=True)) | {"zbar": "z̄"}
GREEK_WORD = re.compile(rf"(?<![^\W_])(?<!\w-)({'|'.join(GREEK)})(?![A-Za-z-])")
POWER = re.compile(r"(?:\^|\*\*)(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|(-?\w+))")
LETTER = r"(?<![A-Za-zα-ωΩ\d])([A-Za-zα-ωΩ])"
SUBSCRIPT = re.compile(rf"{LETTER}(?:_(\w|[+-](?!\w))(?!\w)|(?<=[IRkqMχ])(\d\d?)(?!\w|\.\d))")
MINUS = re.compile(r"(?<![\w-])-(?=[\wα-ωΩ√])")
ROOT = re.compile(r"\bsqrt(?: (?=\w)|(?=\())")
SIGNS = {
    "+-": "±",
    "-+": "∓",
    "-&gt;": "→",
    "&lt;&lt;": "≪",
    "&gt;&gt;": "≫",
    "&lt;=": "≤",
    "&gt;=": "≥",
    " - ": " − ",
}


def mathematics(latex: str, *, display: bool = False) -> Markup:
    """`latex` as a ``math`` element.

    Names of functions, and operators that stand alone as in a subscript, are set as identifiers, which
    take no space; a thin space parts a function from a factor before it and from a bare argument.
    """
    latex = latex.replace("{aligned}", "{align*}")  # the environment that the converter knows
    latex = PHI.sub(r"\\varphi", latex)  # one letter for it, in formulas and in prose
    names = OPERATOR_NAME.findall(latex)
    text = convert(OPERATOR_NAME.sub(r"\\text{\1}", latex), display="block" if display else "inline")
    text = text.replace(r"<mi>\arg</mi>", "<mi>arg</mi>")
    for name in names:
        text = text.replace(f"<mtext>{name}</mtext>", f"<mi>{name}</mi>")
    text = MODULUS.sub(r'<mo stretchy="false">&#x00028;</mo>\1<mo stretchy="false">&#x00029;</mo>', text)
    text = text.replace("<mo>&#x0002F;</mo>", '<mo lspace="0" rspace="0">&#x0002F;</mo>')
    text = LONE_OPERATOR.sub(r"<mi>\1</mi>", text)
    text = EITHER_SIGN.sub(r"<mo>\1</mo>", text)
    return Markup(AFTER_A_FACTOR.sub(rf"\1{THIN_SPACE}", BARE_ARGUMENT.sub(rf"\1{THIN_SPACE}", text)))


def sentence(text: str) -> Markup:
    """Prose with formulas as one types them, ``psi = R + c R^(p+1)``, in letters, signs, powers and subscripts."""
    marked = GREEK_WORD.sub(lambda match: GREEK[match.group(1)], str(escape(text)))
    marked = SUBSCRIPT.sub(lambda match: f"{match[1]}<sub>{match[2] or match[3]}</sub>", marked)
    marked = ROOT.sub("√", marked)
    marked = POWER.sub(lambda match: f"<sup>{match.group(1) or match.group(2)}</sup>", marked)
    for typed, sign in SIGNS.items():
        marked = marked.replace(typed, sign)
    return Markup(MINUS.sub("−", marked))
