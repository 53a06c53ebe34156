"""The letters of a formula: from what a person typed to text that Python's grammar can read, with the way back.

Every character is looked at before any parser sees the text: length, alphabet, names, numbers and brackets are settled
here, so that what is parsed afterwards is at most a few hundred tokens from a short list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

from app.core.errors import SpecError
from app.objectives.expression import FUNCTIONS, SYMBOLS

MAX_LENGTH = 500
MAX_DEPTH = 40
LARGEST = 1e100
SMALLEST = 1e-100

NAMES = ("x", "y", *SYMBOLS)
ALIASES = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "π": "pi"}
CALLS = (*FUNCTIONS, "min", "max")

_OPERATORS = {"^": "**", "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\u00a0]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*|π)"
    r"|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<operator>\*\*|[-+*/^(),−–·×⋅∗÷])"
)


class Token(NamedTuple):
    """A piece of the rewritten text; ``position`` is its offset in the user's own."""

    kind: str
    text: str
    position: int


class Rewritten(NamedTuple):
    """Text for the parser, where its pieces begin, and where they stood in the user's own text."""

    text: str
    starts: tuple[int, ...]
    positions: tuple[int, ...]

    def position(self, offset: int) -> int:
        """The place in the user's text that an offset in the rewritten text came from."""
        return self.positions[max(bisect_right(self.starts, offset) - 1, 0)]


def refusal(message: str, position: int | None) -> SpecError:
    """The error that every refusal of a formula raises."""
    return SpecError(message, "/expression", position)


def rewrite(formula: str) -> Rewritten:
    """The formula in Python's notation: ``^`` becomes ``**``, ``2x`` becomes ``2*x``, ``x²`` becomes ``x**2``.

    Raises:
        SpecError: too long, a character, name or number that is not allowed, or brackets that do not match.
    """
    tokens = _tokens(formula)
    _check_brackets(tokens)
    pieces = _with_products(tokens)
    starts, length = [], 0
    for piece in pieces:
        starts.append(length)
        length += len(piece.text) + 1
    return Rewritten(" ".join(p.text for p in pieces), tuple(starts), tuple(p.position for p in pieces))


def _tokens(formula: str) -> list[Token]:
    if len(formula) > MAX_LENGTH:
        raise refusal(
            f"the formula has {len(formula)} characters, at most {MAX_LENGTH} are read; shorten it", MAX_LENGTH
        )
    tokens, position = [], 0
    while position < len(formula):
        match = _TOKEN.match(formula, position)
        if match is None:
            character = _shown(formula[position])
            raise refusal(f"{character} is not part of a formula; use numbers, x, y, + - * / ^ and ( )", position)
        tokens += _read(str(match.lastgroup), match.group(), position)
        position = match.end()
    if not tokens:
        raise refusal("the formula is empty; write one in x and y, such as x^2 + y^2", 0)
    return tokens


def _shown(character: str) -> str:
    return repr(character) if character.isprintable() else f"U+{ord(character):04X}"


def _read(kind: str, text: str, position: int) -> list[Token]:
    match kind:
        case "number":
            return [Token(kind, _number(text, position), position)]
        case "name":
            return [_name(text, position)]
        case "raised":
            exponent = Token("raised", f"({text.translate(_SUPERSCRIPTS)})", position)
            return [Token("operator", "**", position), exponent]
        case "operator":
            return [Token(kind, _OPERATORS.get(text, text), position)]
    return []


def _number(text: str, position: int) -> str:
    value = float(text)
    zero = not text.lower().partition("e")[0].strip("0.")
    if not (zero or SMALLEST <= value <= LARGEST):
        limits = f"{SMALLEST:g} to {LARGEST:g}"
        raise refusal(
            f"the number {_short(text)} is out of range; numbers are 0 or {limits}, so rescale x and y", position
        )
    return repr(value)


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:21] + "…"


def _name(text: str, position: int) -> Token:
    name = ALIASES.get(text, text)
    if name in NAMES:
        return Token("value", name, position)
    if name in CALLS:
        return Token("call", name, position)
    lower, letters = text.lower(), set(text) <= set("xy")
    remedy = f"write {'*'.join(text[:8])}" if letters else f"write {lower}" if lower in (*NAMES, *CALLS) else ""
    known = remedy or f"use {', '.join(NAMES)} or one of {', '.join(CALLS)}"
    raise refusal(f"{_short(text)!r} is not a known name; {known}", position)


def _check_brackets(tokens: list[Token]) -> None:
    opened: list[int] = []
    for token in tokens:
        if token.text == "(":
            opened.append(token.position)
            if len(opened) > MAX_DEPTH:
                deep = f"brackets are nested {len(opened)} deep, at most {MAX_DEPTH} are read"
                raise refusal(f"{deep}; flatten them", token.position)
        elif token.text == ")":
            if not opened:
                raise refusal("this closing bracket has no opening one; remove it or open it", token.position)
            opened.pop()
    if opened:
        raise refusal("this bracket is never closed; add the missing )", opened[-1])


def _with_products(tokens: list[Token]) -> list[Token]:
    """With ``*`` where people leave it out: 2x, 3(x + 1), x y, (x)(y)."""
    pieces = tokens[:1]
    for left, right in pairwise(tokens):
        if _ends_value(left) and _begins_value(right):
            if left.kind == right.kind == "number":
                raise refusal("two numbers stand side by side; put an operator between them", right.position)
            pieces.append(Token("operator", "*", right.position))
        elif left.kind == "call" and right.text != "(":
            raise refusal(f"{left.text} needs brackets around its argument: {left.text}(x)", left.position)
        pieces.append(right)
    if tokens[-1].kind == "call":
        raise refusal(
            f"{tokens[-1].text} needs brackets around its argument: {tokens[-1].text}(x)", tokens[-1].position
        )
    return pieces


def _ends_value(token: Token) -> bool:
    return token.kind in ("number", "value", "raised") or token.text == ")"


def _begins_value(token: Token) -> bool:
    return token.kind in ("number", "value", "call") or token.text == "("
