"""Mathematics for a browser: LaTeX as MathML, and the formulas inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection

from latex2mathml.converter import convert
from markupsafe import Markup, escape

LETTER_FORMS = re.compile(r"\\(phi|epsilon)(?![A-Za-z])")
"""Letters of two forms: formulas, prose and pictures have the one that is round."""

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
UNARY_MINUS = re.compile(
    r"(<mrow>|<math[^>]*>|<mo[^>]*>(?:&#x00028;|&#x0003D;|&#x0002C;)</mo>)<mo>&#x02212;</mo>"
)
OUTER = re.compile(r"(<math[^>]*>)(.*)(</math>)", re.DOTALL)
THIN_SPACE = '<mspace width="0.167em"/>'

TEX, PYTHON = "application/x-tex", "text/x-python"
"""Encodings of the sources that an equation carries."""

GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
GREEK = dict(zip(GREEK_NAMES, "αβγδεζηθκλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True)) | {"zbar": "z̄"}
GREEK_WORD = re.compile(rf"(?<![^\W_])(?<!\w-)({'|'.join(GREEK)})(?![A-Za-z-])")
POWER = re.compile(r"(?:\^|\*\*)(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|(-?\w+))")
LETTER = r"(?<![A-Za-zα-ωΓ-Ω\d])([A-Za-zα-ωΓ-Ω])"
SUBSCRIPT = re.compile(rf"{LETTER}(?:_(\w|[+-](?!\w))(?!\w)|(?<=[FIRkqMχω])(\d\d?)(?!\w|\.\d))")
MINUS = re.compile(r"(?<![\w-])-(?=[\wα-ωΓ-Ω√])")
ROOT = re.compile(r"\bsqrt(?: (?=\w)|(?=\())")
INFINITY = re.compile(r"\boo\b")
PRIME = re.compile(r"(?<![\w])([A-Za-zα-ωΓ-Ω])((?:&#39;)+)(?![A-Za-z])")
PRODUCT = re.compile(r"\b([kq])\.x\b")
DIFFERENTIAL = re.compile(r"\bd (?=[α-ω])")
VARIABLE = re.compile(
    r"(?<![\w&;#.'’-])"
    r"(?:(?<=/)d[a-zα-ω]\b|d(?=[α-ω]/)|[b-zB-HJ-Z](?![\w;'’.]\w|[\w\u0304]|-\w)|I(?=<su)"
    r"|a(?=<su| [=+−&]| \w [+−])|(?<=[=+−(] )a\b|(?<=\()a\b|(?<=[^.:] )A\b|(?<=\()A\b)"
)
FACTOR = re.compile(r"(?<=\d)\*(?=[A-Za-zα-ω√])")
SIGNS = {
    "(*)": "∗",
    "!=": "≠",
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
    latex = LETTER_FORMS.sub(r"\\var\1", latex)
    names = OPERATOR_NAME.findall(latex)
    text = convert(OPERATOR_NAME.sub(r"\\text{\1}", latex), display="block" if display else "inline")
    text = text.replace(r"<mi>\arg</mi>", "<mi>arg</mi>")
    for name in names:
        text = text.replace(f"<mtext>{name}</mtext>", f"<mi>{name}</mi>")
    text = MODULUS.sub(r'<mo stretchy="false">&#x00028;</mo>\1<mo stretchy="false">&#x00029;</mo>', text)
    text = text.replace("<mo>&#x0002F;</mo>", '<mo lspace="0" rspace="0">&#x0002F;</mo>')
    text = LONE_OPERATOR.sub(r"<mi>\1</mi>", text)
    text = UNARY_MINUS.sub(r'\1<mo form="prefix">&#x02212;</mo>', text)
    text = text.replace("&#x0002A;", "&#x02217;")  # an operator at the height of a minus sign
    text = EITHER_SIGN.sub(r"<mo>\1</mo>", text)
    return Markup(AFTER_A_FACTOR.sub(rf"\1{THIN_SPACE}", BARE_ARGUMENT.sub(rf"\1{THIN_SPACE}", text)))


def equation(latex: str, python: str = "") -> Markup:
    """A displayed equation that carries its own sources: its LaTeX, and Python lines for it where there are some."""
    opening, inner, closing = OUTER.fullmatch(mathematics(latex, display=True)).groups()  # type: ignore[union-attr]
    sources = "".join(
        f'<annotation encoding="{encoding}">{escape(source)}</annotation>'
        for encoding, source in ((TEX, latex), (PYTHON, python))
        if source
    )
    return Markup(f"{opening}<semantics>{inner}{sources}</semantics>{closing}")


def sentence(text: str, names: Collection[str] = ()) -> Markup:
    """Prose with formulas as one types them, ``psi = R + c R^(p+1)``: letters, signs, powers, subscripts, italics.

    names: words that are constants here, and in italics.
    """
    marked = GREEK_WORD.sub(lambda match: GREEK[match.group(1)], str(escape(text)))
    marked = SUBSCRIPT.sub(lambda match: f"{match[1]}<sub>{match[2] or match[3]}</sub>", marked)
    marked = PRODUCT.sub(r"\1·x", PRIME.sub(lambda match: match[1] + "′" * match[2].count(";"), marked))
    marked = DIFFERENTIAL.sub("d", marked)
    marked = INFINITY.sub("∞", ROOT.sub("√", marked))
    marked = POWER.sub(lambda match: f"<sup>{match.group(1) or match.group(2)}</sup>", marked)
    for typed, sign in SIGNS.items():
        marked = marked.replace(typed, sign)
    long = [re.escape(name) for name in names if len(name) > 1 and name not in GREEK and name.isalpha()]
    marked = _italic(FACTOR.sub("", MINUS.sub("−", marked)))
    if long:
        marked = re.sub(rf"\b(?:{'|'.join(long)})\b", lambda match: f"<i>{match[0]}</i>", marked)
    return Markup(marked)


def _italic(marked: str) -> str:
    """Single Latin letters as variables; the article a and the pronoun I only where a formula surrounds them."""
    return VARIABLE.sub(lambda match: f"<i>{match[0]}</i>", marked)
