"""LaTeX as MathML, the way a browser sets it well."""

from __future__ import annotations

import re

from markupsafe import Markup

OPERATOR = re.compile(r"<mo>([A-Za-z]{2,})</mo>")
FUNCTION = "|".join(
    "arg arcsin arccos arctan cosh cos exp ln log sinh sin tanh tan atanh asinh acosh atan erfinv erf".split()
)
APPLIED = re.compile(
    rf"(<mi>(?:{FUNCTION})</mi>|<msup><mi>(?:{FUNCTION})</mi>(?:<mrow>.*?</mrow>|<m[in]>[^<]*</m[in]>)</msup>)"
    r"(?!\s*(?:<mrow>)?\s*<mo[^>]*>(?:&#x00028;|&#x0007C;))"
)


def mathematics(latex: str, *, display: bool = False) -> Markup:
    """`latex` as a ``math`` element.

    Names of functions are set as identifiers, with the thin space before an argument without parentheses.
    """
    from latex2mathml.converter import convert

    text = convert(latex, display="block" if display else "inline")
    text = OPERATOR.sub(r"<mi>\1</mi>", text.replace(r"<mi>\arg</mi>", "<mi>arg</mi>"))
    return Markup(APPLIED.sub(r'\1<mspace width="0.167em"/>', text))
