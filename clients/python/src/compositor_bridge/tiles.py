"""Tiles of the canvas (protocol, "Tiles"). Everything here is immutable."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Union

from ._checks import MAX_INTEGER, display_name, finite, integer, invalid, mapping, positive, present, sequence, text, vector
from .errors import NotFoundError

__all__ = [
    "DeclareTileset",
    "DropTileset",
    "PutTiles",
    "RemoveTiles",
    "TileLayer",
    "TileOp",
    "TileTree",
    "Tileset",
    "TilesState",
    "apply_tile_ops",
]

_MAX_ZOOM = 30
_VERSION_BITS = 53
_NONE = -1


@dataclass(frozen=True)
class Tileset:
    """Pictures that lie on the canvas in squares, on several levels.

    origin: where tile z/0/0 of each level has its upper left corner; size: side of a tile of level max_zoom in units of
    the canvas, of each level above twice that; pixels: side of its picture; bounds: left, upper, right and lower edge of
    what is shown; address: of a picture, with {z}, {x}, {y} and {v}; layers with a higher order lie above.
    """

    id: str
    size: float
    pixels: int
    max_zoom: int
    address: str
    origin: tuple[float, float] = (0.0, 0.0)
    min_zoom: int = 0
    bounds: tuple[float, float, float, float] | None = None
    order: int = 0
    opacity: float = 1.0

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "origin": list(self.origin),
            "size": self.size,
            "pixels": self.pixels,
            "minZoom": self.min_zoom,
            "maxZoom": self.max_zoom,
            **present(bounds=None if self.bounds is None else list(self.bounds)),
            "address": self.address,
            "order": self.order,
            "opacity": self.opacity,
        }


class _Place:
    """A place of the quad-tree and all below it; None where there is no tile.

    Without kids it is a pyramid: the tile at the place and all tiles below it on depth levels, of one version.
    With kids (left above, right above, left below, right below), version is that of the tile at the place.
    """

    __slots__ = ("version", "depth", "kids", "size")

    def __init__(self, version: int, depth: int, kids: tuple[_Node, ...] | None, size: int) -> None:
        self.version = version
        self.depth = depth
        self.kids = kids
        self.size = size

    def kid(self, i: int) -> _Node:
        if self.kids is not None:
            return self.kids[i]
        return None if self.depth == 0 else _pyramid(self.version, self.depth - 1)

    def same(self, other: _Node) -> bool:
        return (
            other is not None
            and self.kids is None
            and other.kids is None
            and (self.version, self.depth) == (other.version, other.depth)
        )


_Node = Union[_Place, None]


def _pyramid(version: int, depth: int) -> _Place:
    return _Place(version, depth, None, (4 ** (depth + 1) - 1) // 3)


def _place(version: int, kids: tuple[_Node, ...]) -> _Node:
    """The one form that there is for a place."""
    first = kids[0]
    there = [kid for kid in kids if kid is not None]
    if not there:
        return None if version == _NONE else _pyramid(version, 0)
    if first is not None and first.version == version and all(first.same(kid) for kid in kids):
        return _pyramid(version, first.depth + 1)
    size = (version != _NONE) + sum(kid.size for kid in there)
    return _Place(version, max(kid.depth for kid in there) + 1, kids, size)


def _plus(a: _Node, b: _Node) -> _Node:
    if a is None or b is None:
        return b if a is None else a
    if b.kids is None and a.depth <= b.depth:
        return a if a.same(b) else b
    return _combined(a, a.version if b.version == _NONE else b.version, b, _plus)


def _minus(a: _Node, b: _Node) -> _Node:
    if a is None or b is None:
        return a
    if b.kids is None and a.depth <= b.depth:
        return None
    return _combined(a, a.version if b.version == _NONE else _NONE, b, _minus)


def _combined(a: _Place, version: int, b: _Place, combine: Callable[[_Node, _Node], _Node]) -> _Node:
    if a.kids is None and b.kids is None:
        # all four kids are alike; going into each would take as long as they have tiles
        return _place(version, (combine(a.kid(0), b.kid(0)),) * 4)
    return _place(version, tuple(combine(a.kid(i), b.kid(i)) for i in range(4)))


def _index(up: int, x: int, y: int) -> int:
    return (x >> up & 1) | (y >> up & 1) << 1


class _Reader:
    """Reads a set of tiles: bits, the highest of a byte first (protocol, "Sets of tiles")."""

    def __init__(self, data: bytes) -> None:
        self._length = 8 * len(data)
        self._data = data
        self._at = 0
        #: A version that many are near; one that stands alone among others does not change it.
        self._expected = 0
        self._last = 0
        self._average = 0

    def root(self) -> _Node:
        if not self._data:
            return None
        root = self._place(0)
        if (self._at + 7) // 8 != len(self._data):
            invalid("tree", "must end with the last tile")
        return root

    def _place(self, z: int) -> _Node:
        if self._read(1):
            return _pyramid(self._version(), 0)
        if not self._read(1):
            depth = self._gamma()
            if depth > _MAX_ZOOM - z:
                invalid("tree", f"must have no tile below level {_MAX_ZOOM}")
            return _pyramid(self._version(), depth)
        own = self._read(1)
        mask = self._read(4)
        if mask == 0 or z == _MAX_ZOOM:
            invalid("tree", "must have tiles below each place that is divided")
        version = self._version() if own else _NONE
        return _place(version, tuple(self._place(z + 1) if mask & bit else None for bit in (8, 4, 2, 1)))

    def _version(self) -> int:
        low = max(0, self._average - 12) >> 4
        difference = (self._gamma() - 1 << low) + self._read(low)
        backwards = difference > 0 and not self._read(1)
        version = self._expected - difference if backwards else self._expected + difference
        if not 0 <= version <= MAX_INTEGER:
            invalid("tree", "must have versions in [0, 2^53 - 1]")
        self._average += difference.bit_length() - (self._average >> 4)
        if abs(version - self._last) < difference:
            self._expected = version
        self._last = version
        return version

    def _gamma(self) -> int:
        zeros = 0
        while not self._read(1):
            zeros += 1
            if zeros > _VERSION_BITS:
                invalid("tree", "must have no number above 2^53")
        return 1 << zeros | self._read(zeros)

    def _read(self, count: int) -> int:
        at = self._at
        if at + count > self._length:
            invalid("tree", "must not end before the last tile")
        self._at = at + count
        first, last = at >> 3, at + count + 7 >> 3
        value = int.from_bytes(self._data[first:last], "big") >> (8 * last - at - count)
        return value & (1 << count) - 1


class TileTree:
    """A set of tiles, each with a version: immutable, and shared with the sets that it was made of."""

    __slots__ = ("_root",)

    def __init__(self, tiles: Iterable[tuple[int, int, int, int]] = ()) -> None:
        """tiles: z, x, y and version of each."""
        root: _Node = None
        for z, x, y, version in tiles:
            root = _plus(root, _path(z, x, y, version))
        self._root = root

    @classmethod
    def _of(cls, root: _Node) -> TileTree:
        tree = cls()
        tree._root = root
        return tree

    @classmethod
    def decode(cls, encoded: str) -> TileTree:
        """encoded: base64 of a set's bytes. Raises InvalidError if it is not one."""
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            invalid("tree", "must be base64")
        return cls._of(_Reader(data).root())

    def __len__(self) -> int:
        return 0 if self._root is None else self._root.size

    def version(self, z: int, x: int, y: int) -> int | None:
        """The version of a tile, if there is that tile."""
        if not (0 <= z <= _MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        place = self._root
        for up in range(z - 1, -1, -1):
            if place is None:
                return None
            place = place.kid(_index(up, x, y))
        return None if place is None or place.version == _NONE else place.version

    def plus(self, other: TileTree) -> TileTree:
        """All of both; of a tile that both have the version is the other's."""
        return self._of(_plus(self._root, other._root))

    def minus(self, other: TileTree) -> TileTree:
        """Those tiles that the other does not have, whatever their versions."""
        return self._of(_minus(self._root, other._root))

    def __iter__(self) -> Any:
        """Each tile as z, x, y and version: above what lies below it."""
        places = [(self._root, 0, 0, 0)]
        while places:
            place, z, x, y = places.pop()
            if place is None:
                continue
            if place.version != _NONE:
                yield z, x, y, place.version
            for i in (3, 2, 1, 0):
                places.append((place.kid(i), z + 1, 2 * x + (i & 1), 2 * y + (i >> 1)))

    def __repr__(self) -> str:
        return f"<TileTree of {len(self)} tiles>"


def _path(z: int, x: int, y: int, version: int) -> _Node:
    integer(z, "z", 0, _MAX_ZOOM)
    integer(x, "x", 0, (1 << z) - 1)
    integer(y, "y", 0, (1 << z) - 1)
    place: _Node = _pyramid(integer(version, "v"), 0)
    for up in range(z):
        kids: list[_Node] = [None] * 4
        kids[_index(up, x, y)] = place
        place = _place(_NONE, tuple(kids))
    return place


@dataclass(frozen=True)
class TileLayer:
    """A tileset and the tiles of it that there are."""

    tileset: Tileset
    tiles: TileTree


@dataclass(frozen=True)
class TilesState:
    """All tilesets, by id."""

    revision: int
    layers: Mapping[str, TileLayer]


@dataclass(frozen=True)
class DeclareTileset:
    """A tileset is there, or is another than before; one that was there keeps its tiles."""

    tileset: Tileset

    def to_json(self) -> dict[str, Any]:
        return {"op": "declare", "tileset": self.tileset.to_json()}


@dataclass(frozen=True)
class DropTileset:
    """A tileset is gone, with all its tiles."""

    tileset: str

    def to_json(self) -> dict[str, Any]:
        return {"op": "drop", "tileset": self.tileset}


@dataclass(frozen=True)
class PutTiles:
    """Tiles are there, or have another version."""

    tileset: str
    tiles: TileTree

    def to_json(self) -> dict[str, Any]:
        return {"op": "put", "tileset": self.tileset, "tiles": [list(tile) for tile in self.tiles]}


@dataclass(frozen=True)
class RemoveTiles:
    """Tiles are gone; their versions here mean nothing."""

    tileset: str
    tiles: TileTree

    def to_json(self) -> dict[str, Any]:
        return {"op": "remove", "tileset": self.tileset, "tiles": [list(tile[:3]) for tile in self.tiles]}


TileOp = Union[DeclareTileset, DropTileset, PutTiles, RemoveTiles]


def apply_tile_ops(state: TilesState, ops: Iterable[TileOp], counts: bool = True) -> TilesState:
    """The tilesets after a transaction. Raises NotFoundError where an operation names one that is not there.

    counts: whether it is a transaction, and not a part of a snapshot.
    """
    layers = dict(state.layers)

    def there(name: str) -> TileLayer:
        if name not in layers:
            raise NotFoundError(f'there is no tileset "{name}"', "tileset")
        return layers[name]

    for op in ops:
        if isinstance(op, DeclareTileset):
            known = layers.get(op.tileset.id)
            layers[op.tileset.id] = TileLayer(op.tileset, TileTree() if known is None else known.tiles)
        elif isinstance(op, DropTileset):
            there(op.tileset)
            del layers[op.tileset]
        elif isinstance(op, PutTiles):
            layer = there(op.tileset)
            layers[op.tileset] = TileLayer(layer.tileset, layer.tiles.plus(op.tiles))
        else:
            layer = there(op.tileset)
            layers[op.tileset] = TileLayer(layer.tileset, layer.tiles.minus(op.tiles))
    return TilesState(state.revision + counts, MappingProxyType(layers))


def tileset_of(m: Mapping[str, Any]) -> Tileset:
    bounds = m.get("bounds")
    left, upper, right, lower = (0.0,) * 4 if bounds is None else vector(bounds, 4, "bounds")
    x, y = vector(m.get("origin", (0.0, 0.0)), 2, "origin")
    max_zoom = integer(m.get("maxZoom"), "maxZoom", 0, _MAX_ZOOM)
    return Tileset(
        display_name(m.get("id"), "id"),
        positive(m.get("size"), "size"),
        integer(m.get("pixels"), "pixels", 1),
        max_zoom,
        text(m.get("address"), "address"),
        (x, y),
        integer(m.get("minZoom", 0), "minZoom", 0, max_zoom),
        None if bounds is None else (left, upper, right, lower),
        integer(m.get("order", 0), "order", -MAX_INTEGER),
        finite(m.get("opacity", 1.0), "opacity"),
    )


def tile_ops_of(value: Any) -> tuple[TileOp, ...]:
    return tuple(_op_of(mapping(op, f"ops[{i}]")) for i, op in enumerate(sequence(value, "ops")))


def _op_of(op: Mapping[str, Any]) -> TileOp:
    kind = op.get("op")
    if kind == "declare":
        return DeclareTileset(tileset_of(mapping(op.get("tileset"), "tileset")))
    name = display_name(op.get("tileset"), "tileset")
    if kind == "drop":
        return DropTileset(name)
    if kind == "put":
        return PutTiles(name, _tiles_of(op, 4))
    if kind == "remove":
        return RemoveTiles(name, _tiles_of(op, 3))
    invalid("op", "must be one of declare, drop, put, remove")


def _tiles_of(op: Mapping[str, Any], numbers: int) -> TileTree:
    if op.get("tree") is not None:
        return TileTree.decode(text(op["tree"], "tree", 8_000_000))
    tiles = []
    for i, each in enumerate(sequence(op.get("tiles"), "tiles")):
        tile = sequence(each, f"tiles[{i}]")
        if len(tile) != numbers:
            invalid(f"tiles[{i}]", f"must be {numbers} integers")
        z, x, y, version = (*tile, 0) if numbers == 3 else tile
        tiles.append((z, x, y, version))
    return TileTree(tiles)


def tiles_of(value: Any) -> tuple[TilesState, int]:
    """The tilesets of a snapshot, and how many messages with parts of sets follow it."""
    m = mapping(value, "tiles")
    layers = {}
    for each in sequence(m.get("tilesets"), "tilesets"):
        tileset = tileset_of(mapping(each, "tilesets"))
        tree = each.get("tree")
        layers[tileset.id] = TileLayer(tileset, TileTree() if tree is None else TileTree.decode(text(tree, "tree")))
    state = TilesState(integer(m.get("revision"), "revision"), MappingProxyType(layers))
    return state, integer(m.get("following", 0), "following")
