"""Checks that the modules share. Each one raises InvalidError with the field and the rule."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from .errors import InvalidError

MAX_INTEGER = 2**53 - 1
DISPLAY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
CAMERA_NAME = re.compile(r"(?!(?:.*/)?\.{0,2}(?:/|$))[A-Za-z0-9._/-]{1,64}", re.ASCII)


def invalid(field: str, rule: str) -> NoReturn:
    raise InvalidError(f"{field} {rule}", field)


def finite(value: Any, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        invalid(field, f"must be a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        invalid(field, f"must be a finite number, not {shown(value)}")
    return number


def positive(value: Any, field: str) -> float:
    number = finite(value, field)
    if number <= 0:
        invalid(field, f"must be above 0, not {number}")
    return number


def vector(value: Any, length: int, field: str) -> tuple[float, ...]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        invalid(field, f"must be {length} numbers, not {shown(value)}")
    parts = tuple(value)
    if len(parts) != length:
        invalid(field, f"must be {length} numbers, not {len(parts)}")
    return tuple(finite(part, f"{field}[{i}]") for i, part in enumerate(parts))


def size(value: Any, field: str) -> tuple[float, float]:
    width, height = vector(value, 2, field)
    return positive(width, f"{field}[0]"), positive(height, f"{field}[1]")


def quaternion(value: Any, field: str) -> tuple[float, float, float, float]:
    x, y, z, w = vector(value, 4, field)
    norm = math.sqrt(x * x + y * y + z * z + w * w)
    if not abs(norm - 1) <= 1e-3:
        invalid(field, f"must be a unit quaternion x, y, z, w; its norm is {norm}")
    return x, y, z, w


def integer(value: Any, field: str, least: int = 0, most: int = MAX_INTEGER) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        invalid(field, f"must be an integer in [{least}, {most}], not {shown(value)}")
    return value


def flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        invalid(field, f"must be true or false, not {shown(value)}")
    return value


def text(value: Any, field: str, most: int = 1_000_000) -> str:
    if not isinstance(value, str) or len(value) > most:
        invalid(field, f"must be a text of at most {most} characters")
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        invalid(field, "must be Unicode text, without halves of surrogate pairs")
    return value


def one_of(value: Any, field: str, *values: str) -> str:
    if value not in values:
        invalid(field, f"must be one of {', '.join(values)}, not {shown(value)}")
    return str(value)


def camera_name(value: Any, field: str = "camera") -> str:
    if not isinstance(value, str) or CAMERA_NAME.fullmatch(value) is None:
        invalid(field, f"must be 1 to 64 of A-Z a-z 0-9 . _ - / without empty, . or .. segments, not {shown(value)}")
    return value


def display_name(value: Any, field: str) -> str:
    if not isinstance(value, str) or DISPLAY_NAME.fullmatch(value) is None:
        invalid(field, f"must be 1 to 64 of A-Z a-z 0-9 . _ -, not {shown(value)}")
    return value


def names(names: Any, field: str, check: Callable[[Any, str], str]) -> tuple[str, ...]:
    if isinstance(names, str):
        invalid(field, f"must be a list of names, not the text {shown(names)}")
    listed = tuple(names)
    if listed == ("*",):
        return listed
    return tuple(check(name, f"{field}[{i}]") for i, name in enumerate(listed))


def mapping(value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        invalid(field, f"must be an object, not {shown(value)}")
    return value


def sequence(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        invalid(field, f"must be a list, not {shown(value)}")
    return value


def shown(value: Any) -> str:
    """A value in a message: short, whatever it is."""
    said = repr(value)
    return said if len(said) <= 80 else said[:77] + "..."


def present(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
