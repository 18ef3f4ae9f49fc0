"""Long formulas on several lines, broken as a person breaks them.

    before a relation or a sign at the outermost level, else inside the outermost parentheses that are long,
    else before a factor; a fraction, a root or an exponential that is wider than a line is written without its bar

Widths are estimates in em at ten points, of the LaTeX that `printing` writes and of no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

LINE = 18.5
"""A line, in em: with its number it fits a column of 200 points, that of an article of two columns."""

INDENT = 1.0
"""Of the lines below the first one: a quad."""

LONG_LEFT = 0.3
"""The share of a line up to which the left side stands on its own beside the relation signs."""

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+|\s+|.", re.DOTALL)
TEXT = re.compile(r"\\(?:text|operatorname|mathsf|begin|end)\{[^}]*\}")

Kind = Literal["ordinary", "sign", "relation", "comma", "function"]

RELATIONS = {"=", "<", ">", r"\ne", r"\le", r"\ge"}
SIGNS = {"+", "-", r"\pm", r"\mp"}
SPACES = {r"\;": 0.28, r"\,": 0.17, r"\quad": 1.0, "~": 0.33}
WIDTHS = {"=": 1.34, "<": 1.34, ">": 1.34, ",": 0.45, "|": 0.28, r"\cdot": 0.72, r"\ln": 1.0, r"\omega": 0.64}
WIDE = {r"\ne", r"\le", r"\ge", *SIGNS}
UPPER, LOWER, GREEK, DIGIT, OTHER = 0.76, 0.53, 0.6, 0.5, 0.4
FUNCTION = re.compile(r"\\(arc)?(sin|cos|tan|cot|ln|arg)h?$")
SMALL = 0.72
"""Scripts and small fractions, against the size of the line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula that stays on one line.

    depth: parentheses around it that may be broken. A break before it costs `cost`; None where there can be none.
    """

    text: str
    width: float
    kind: Kind = "ordinary"
    depth: int = 0
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula: its LaTeX, its width, and what it consists of.

    shape: "" of an atom, else "fence", "fraction", "root" or "power"; parts: the content, or both of two contents.
    tail: scripts behind a fence.
    """

    text: str
    width: float
    kind: Kind = "ordinary"
    shape: str = ""
    parts: tuple[tuple[Node, ...], ...] = ()
    tail: str = ""


def total(nodes: Sequence[Node]) -> float:
    return sum(node.width for node in nodes)


def written(nodes: Sequence[Node]) -> str:
    return " ".join(node.text for node in nodes)


# -- reading --


def read(latex: str) -> tuple[Node, ...]:
    """The parts of a formula."""
    tokens = [token for token in _tokens(latex) if token.strip()]
    nodes, rest = _sequence(tokens, 0, ())
    assert rest == len(tokens), latex
    return tuple(nodes)


def _tokens(latex: str) -> Iterator[str]:
    place = 0
    while place < len(latex):
        match = TEXT.match(latex, place) or TOKEN.match(latex, place)
        assert match is not None
        yield match.group()
        place = match.end()


def _sequence(tokens: Sequence[str], place: int, ends: tuple[str, ...]) -> tuple[list[Node], int]:
    nodes: list[Node] = []
    while place < len(tokens) and tokens[place] not in ends:
        token = tokens[place]
        if token in "^_":
            script, place = _argument(tokens, place + 1)
            base = nodes.pop() if nodes else Node("", 0)
            nodes.append(_scripted(base, token, script))
            continue
        node, place = _node(tokens, place)
        if node.kind == "sign" and (not nodes or nodes[-1].kind in ("relation", "comma", "sign")):
            node = replace(node, kind="ordinary", width=node.width - 0.44)
        nodes.append(node)
    return nodes, place


def _argument(tokens: Sequence[str], place: int) -> tuple[list[Node], int]:
    """What a command applies to: a group in braces, or one token."""
    if tokens[place] == "{":
        nodes, place = _sequence(tokens, place + 1, ("}",))
        return nodes, place + 1
    node, place = _node(tokens, place)
    return [node], place


def _node(tokens: Sequence[str], place: int) -> tuple[Node, int]:
    token = tokens[place]
    if token in (r"\frac", r"\tfrac"):
        above, place = _argument(tokens, place + 1)
        below, place = _argument(tokens, place)
        width = max(total(above), total(below)) * (1 if token == r"\frac" else SMALL) + 0.24
        text = f"{token}{{{written(above)}}}{{{written(below)}}}"
        return Node(text, width, shape="fraction", parts=(tuple(above), tuple(below))), place
    if token in (r"\sqrt", r"\bar"):
        inner, place = _argument(tokens, place + 1)
        wide = 0.9 if token == r"\sqrt" else 0.0
        shape = "root" if token == r"\sqrt" else ""
        return Node(
            f"{token}{{{written(inner)}}}", total(inner) + wide, shape=shape, parts=(tuple(inner),)
        ), place
    if token == r"\left":
        return _fence(tokens, place + 2, rf"\left{tokens[place + 1]}", r"\right")
    if token == "(":
        return _fence(tokens, place + 1, "(", ")")
    if token == "{":
        inner, place = _sequence(tokens, place + 1, ("}",))
        return Node(f"{{{written(inner)}}}", total(inner)), place + 1
    if token.startswith(r"\begin"):
        return _environment(tokens, place)
    return _atom(token), place + 1


def _fence(tokens: Sequence[str], place: int, left: str, right: str) -> tuple[Node, int]:
    inner, place = _sequence(tokens, place, (right,))
    closing = right if right == ")" else rf"\right{tokens[place + 1]}"
    place += 1 if right == ")" else 2
    sides = 0.78 if right == ")" else 0.6 if "|" in left else 1.3
    text = f"{left}{written(inner)}{closing}"
    return Node(text, total(inner) + sides, shape="fence", parts=(tuple(inner),)), place


def _environment(tokens: Sequence[str], place: int) -> tuple[Node, int]:
    """A matrix, as it stands; its width is that of its widest row."""
    end = tokens[place].replace("begin", "end")
    last = tokens.index(end, place)
    rows: list[list[str]] = [[]]
    for token in tokens[place + 1 : last]:
        if token == r"\\":
            rows.append([])
        elif token != "&":
            rows[-1].append(token)
    width = max(total(_sequence(row, 0, ())[0]) for row in rows) + 2.0
    return Node(" ".join(tokens[place : last + 1]), width), last + 1


def _atom(token: str) -> Node:
    if token in RELATIONS:
        return Node(token, 1.34, "relation")
    if token in SIGNS:
        return Node(token, 1.22, "sign")
    if token == ",":
        return Node(token, WIDTHS[token], "comma")
    if FUNCTION.match(token):
        return Node(token, WIDTHS.get(token, 0.5 * (len(token) - 1) + 0.1), "function")
    if TEXT.match(token):
        name = token.partition("{")[2][:-1]
        return Node(token, 0.5 * len(name) + 0.17, "function" if "operatorname" in token else "ordinary")
    if token in SPACES:
        return Node(token, SPACES[token])
    if token.isdigit():
        return Node(token, DIGIT * len(token))
    if token.startswith("\\"):
        return Node(token, WIDTHS.get(token, GREEK))
    if token.isalpha():
        return Node(token, UPPER if token.isupper() else LOWER)
    return Node(token, WIDTHS.get(token, OTHER))


def _scripted(base: Node, mark: str, script: Sequence[Node]) -> Node:
    tail = f"{mark}{{{written(script)}}}"
    size = SMALL * total(script) + 0.05
    if base.text == "e" and mark == "^":
        return Node(base.text + tail, base.width + size, shape="power", parts=(tuple(script),))
    # a second script stands above or below the first
    width = max(base.width, base.width + size if not base.tail else 0)
    shape = base.shape if base.shape == "fence" else ""
    kind: Kind = "function" if base.kind == "function" else "ordinary"
    return Node(base.text + tail, width, kind, shape, base.parts, base.tail + tail)


# -- breaking --


def lines(latex: str, width: float) -> list[str]:
    """A formula in lines; those below the first are narrower by `INDENT`."""
    return _filled(list(_pieces(read(latex), 0, width - INDENT)), width)


def _pieces(nodes: Sequence[Node], depth: int, width: float) -> Iterator[Piece]:
    before: Node | None = None
    for node in nodes:
        cost = _cost(before, node, depth)
        yield from _expanded(node, depth, width, cost)
        before = node


def _cost(before: Node | None, node: Node, depth: int) -> int | None:
    """Of a break before `node`; None where the line cannot end there."""
    if before is None or before.kind in ("sign", "relation", "function"):
        return None
    if node.kind == "relation" and depth == 0:
        return 0
    if node.kind == "sign":
        return 1 + 3 * depth
    if before.kind == "comma":
        return 3 * depth
    is_factor = node.kind != "comma" and not _is_derivative(before) and _is_weighty(before)
    return 2 + 3 * depth if is_factor and _is_weighty(node) else None


def _is_derivative(node: Node) -> bool:
    return node.shape == "fraction" and node.parts[0][0].text in ("d", r"\partial")


def _is_weighty(node: Node) -> bool:
    """Is it more than a letter, so that a line may begin or end with it as with a factor?"""
    return node.width > 3


def _expanded(node: Node, depth: int, width: float, cost: int | None) -> Iterator[Piece]:
    if node.shape == "fence" and node.width > width / 2:
        if node.text.startswith(r"\left"):
            opening, closing = (r"\Bigl|", r"\Bigr|") if node.text[5] == "|" else (r"\Bigl(", r"\Bigr)")
        else:
            opening, closing = "(", ")"
        yield Piece(opening, 0.5, depth=depth, cost=cost)
        yield from _pieces(node.parts[0], depth + 1, width)
        yield Piece(closing + node.tail, 0.5 + SMALL * len(node.tail) / 4, depth=depth)
        return
    if node.width <= width or not node.shape:
        yield Piece(node.text, node.width, node.kind, depth, cost)
        return
    first = True
    for piece in _pieces(_without_bar(node), depth, width):
        yield replace(piece, cost=cost) if first else piece
        first = False


def _without_bar(node: Node) -> tuple[Node, ...]:
    """What is too wide, written in one line: (1/D) (...), (...)^{1/2}, exp(...)."""
    inner = node.parts[0]
    if node.shape == "root":
        return (replace(_in_fence(inner), text=f"{_in_fence(inner).text}^{{1/2}}", tail="^{1/2}"),)
    if node.shape == "power":
        return Node(r"\exp", 1.6, "function"), _in_fence(inner)
    above, below = node.parts
    command = node.text.partition("{")[0]
    front = Node(rf"{command}{{1}}{{{written(below)}}}", total(below) + 0.24)
    if any(part.kind == "sign" for part in above):
        above = (_in_fence(above),)
    if front.width <= LINE / 2:
        return front, *above
    return *above, Node(r"\Big/", 0.8, "function"), _in_fence(below)


def _in_fence(inner: Sequence[Node]) -> Node:
    return Node(rf"\left({written(inner)}\right)", total(inner) + 1.3, shape="fence", parts=(tuple(inner),))


def _filled(pieces: Sequence[Piece], width: float) -> list[str]:
    """Lines as full as they can be, each broken where it costs least."""
    found, start = [], 0
    while start < len(pieces):
        room = width - _indent(pieces[start]) * bool(start)
        used, end = 0.0, start
        while end < len(pieces) and used + pieces[end].width <= room:
            used += pieces[end].width
            end += 1
        if end < len(pieces):
            end = _best_break(pieces, start, end, room)
        found.append(_line(pieces[start:end], is_first=not start))
        start = end
    return found


def _best_break(pieces: Sequence[Piece], start: int, end: int, room: float) -> int:
    """The place of the piece that begins the next line, `end` being the first that does not fit."""
    places = [place for place in range(start + 1, end + 1) if pieces[place].cost is not None]
    if not places:  # the next place there is, too wide as it is
        later = (place for place in range(end + 1, len(pieces)) if pieces[place].cost is not None)
        return next(later, len(pieces))

    def badness(place: int) -> tuple[float, int]:
        used = sum(piece.width for piece in pieces[start:place])
        cost = pieces[place].cost
        assert cost is not None
        return cost + 6 * (1 - used / room) ** 2, -place

    return min(places, key=badness)


def _indent(piece: Piece) -> float:
    """Of a line that begins with the piece: twice as far inside parentheses."""
    return INDENT * (1 + bool(piece.depth))


def _line(pieces: Sequence[Piece], *, is_first: bool) -> str:
    text = " ".join(piece.text for piece in pieces)
    head = pieces[0]
    if is_first:
        return text
    quad = r"\quad " if _indent(head) == INDENT else r"\qquad "
    if head.kind == "sign":
        return f"{quad}{{}} {text}"
    is_factor = head.kind != "relation" and head.cost is not None and head.cost % 3 == 2
    return rf"{quad}{{}} \times {text}" if is_factor else f"{quad}{text}"


# -- rows of an equation --


@dataclass(frozen=True, slots=True)
class Row:
    """left = right of a displayed equation, and words that follow: "if ...", "otherwise"."""

    left: str
    right: str
    tail: str = ""


def equation_body(rows: Sequence[Row], width: float = LINE) -> str:
    """The content of an ``equation``: one line, or an ``aligned`` environment."""
    if len(rows) == 1:
        (row,) = rows
        whole = f"{row.left} = {row.right}" + (rf" \quad {row.tail}" if row.tail else "")
        if total(read(whole)) <= width:
            return whole
    return "\n".join([r"\begin{aligned}", aligned_lines(rows, width), r"\end{aligned}"])


def aligned_lines(rows: Sequence[Row], width: float = LINE) -> str:
    """The content of an environment that aligns: every row in its lines."""
    left = max(total(read(row.left)) for row in rows)
    is_beside = left <= LONG_LEFT * width
    found: list[str] = []
    for row in rows:
        found += _beside(row, width, left) if is_beside else _below(row, width)
    return " \\\\\n".join(f"  {line}" for line in found)


def _beside(row: Row, width: float, left: float) -> list[str]:
    room = width - left - 1.34
    first, *others = lines(row.right, room)
    found = [rf"{row.left} &= {first}", *(f"&{line}" for line in others)]
    return _with_tail(found, row.tail, total(read(others[-1] if others else first)), room)


def _below(row: Row, width: float) -> list[str]:
    first, *others = lines(f"{row.left} = {row.right}", width)
    found = [f"&{first}", *(f"&{line}" for line in others)]
    return _with_tail(found, row.tail, total(read(others[-1] if others else first)), width)


def _with_tail(found: list[str], tail: str, last: float, room: float) -> list[str]:
    if not tail:
        return found
    if last + 1 + INDENT + total(read(tail)) <= room:
        return [*found[:-1], rf"{found[-1]} \quad {tail}"]
    return [*found, rf"&\quad {tail}"]
