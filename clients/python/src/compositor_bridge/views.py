"""What a camera shows (protocol, "Views"). Values are checked when they are made: a wrong one raises InvalidError."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Union

from ._checks import finite, invalid, mapping, positive, present, quaternion, sequence, shown, size, vector

__all__ = ["Frustum", "Lens", "Orthographic", "Perspective", "Projection", "View", "View2D", "View3D"]


def _planes(projection: Any, near: float) -> None:
    _set(projection, "znear", near)
    if projection.zfar is None and projection.type == "perspective":
        return
    _set(projection, "zfar", finite(projection.zfar, "view.projection.zfar"))
    if not projection.zfar > near:
        invalid("view.projection.zfar", f"must be above znear, not {projection.zfar}")


def _set(instance: Any, name: str, value: Any) -> None:
    object.__setattr__(instance, name, value)


@dataclass(frozen=True)
class View2D:
    """A viewport of the infinite canvas; y points down.

    center: the world point in the middle of the view, x and y in world units.
    zoom: screen pixels per world unit, in [1e-9, 1e9].
    rotation: radians; positive turns the content clockwise on the screen.
    size: width and height in physical pixels of the sender's view, both above 0, so that another screen can fit it;
        None: same scale.
    """

    kind: ClassVar[str] = "2d"

    center: tuple[float, float]
    zoom: float = 1.0
    rotation: float = 0.0
    size: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        _set(self, "center", vector(self.center, 2, "view.center"))
        _set(self, "zoom", finite(self.zoom, "view.zoom"))
        if not 1e-9 <= self.zoom <= 1e9:
            invalid("view.zoom", f"must lie in [1e-9, 1e9], not {self.zoom}")
        _set(self, "rotation", finite(self.rotation, "view.rotation"))
        if self.size is not None:
            _set(self, "size", size(self.size, "view.size"))

    def to_world(self, point: tuple[float, float], screen: tuple[float, float]) -> tuple[float, float]:
        """The world point under a point of a screen; both in physical pixels, from its upper left corner."""
        x, y = ((point[i] - screen[i] / 2) / self.zoom for i in (0, 1))
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        return self.center[0] + cos * x + sin * y, self.center[1] - sin * x + cos * y

    def to_screen(self, point: tuple[float, float], screen: tuple[float, float]) -> tuple[float, float]:
        """Where a world point lies on a screen, in physical pixels from its upper left corner."""
        x, y = ((point[i] - self.center[i]) * self.zoom for i in (0, 1))
        cos, sin = math.cos(self.rotation), math.sin(self.rotation)
        return screen[0] / 2 + cos * x - sin * y, screen[1] / 2 + sin * x + cos * y

    def to_json(self) -> dict[str, Any]:
        """The view as the protocol has it."""
        return {
            "kind": "2d",
            "center": list(self.center),
            "zoom": self.zoom,
            "rotation": self.rotation,
            **present(size=None if self.size is None else list(self.size)),
        }


@dataclass(frozen=True)
class Perspective:
    """A perspective projection as in glTF 2.0.

    yfov: vertical field of view in radians, in (0, pi).
    znear, zfar: distances in metres, 0 < znear < zfar; zfar None: infinitely deep.
    aspect_ratio: width by height, above 0; None: the display's own.
    """

    type: ClassVar[str] = "perspective"

    yfov: float
    znear: float = 0.1
    zfar: float | None = None
    aspect_ratio: float | None = None

    def __post_init__(self) -> None:
        _set(self, "yfov", positive(self.yfov, "view.projection.yfov"))
        if self.yfov >= math.pi:
            invalid("view.projection.yfov", f"must be below pi, not {self.yfov}")
        _planes(self, positive(self.znear, "view.projection.znear"))
        if self.aspect_ratio is not None:
            _set(self, "aspect_ratio", positive(self.aspect_ratio, "view.projection.aspectRatio"))

    def to_json(self) -> dict[str, Any]:
        optional = present(zfar=self.zfar, aspectRatio=self.aspect_ratio)
        return {"type": "perspective", "yfov": self.yfov, "znear": self.znear, **optional}


@dataclass(frozen=True)
class Orthographic:
    """An orthographic projection as in glTF 2.0.

    xmag, ymag: half the width and half the height of the view in metres, above 0.
    znear, zfar: distances in metres, 0 <= znear < zfar.
    """

    type: ClassVar[str] = "orthographic"

    xmag: float
    ymag: float
    znear: float
    zfar: float

    def __post_init__(self) -> None:
        _set(self, "xmag", positive(self.xmag, "view.projection.xmag"))
        _set(self, "ymag", positive(self.ymag, "view.projection.ymag"))
        near = finite(self.znear, "view.projection.znear")
        if near < 0:
            invalid("view.projection.znear", f"must not be below 0, not {near}")
        _planes(self, near)

    def to_json(self) -> dict[str, Any]:
        return {"type": "orthographic", "xmag": self.xmag, "ymag": self.ymag, "znear": self.znear, "zfar": self.zfar}


@dataclass(frozen=True)
class Frustum:
    """An off-axis projection, for walls and shifted lenses: the edges of the view at the near plane, in metres.

    left < right, bottom < top, 0 < znear < zfar.
    """

    type: ClassVar[str] = "frustum"

    left: float
    right: float
    bottom: float
    top: float
    znear: float
    zfar: float

    def __post_init__(self) -> None:
        for name in ("left", "right", "bottom", "top"):
            _set(self, name, finite(getattr(self, name), f"view.projection.{name}"))
        if not self.left < self.right:
            invalid("view.projection.left", f"must be below right, not {self.left}")
        if not self.bottom < self.top:
            invalid("view.projection.bottom", f"must be below top, not {self.bottom}")
        _planes(self, positive(self.znear, "view.projection.znear"))

    def to_json(self) -> dict[str, Any]:
        names = ("left", "right", "bottom", "top", "znear", "zfar")
        return {"type": "frustum", **{name: getattr(self, name) for name in names}}


Projection = Union[Perspective, Orthographic, Frustum]


@dataclass(frozen=True)
class Lens:
    """The physical lens behind a projection; what is None is not known.

    focal_length: millimetres, above 0.
    sensor: width and height in millimetres, above 0.
    distortion: at most 32 coefficients of the source's own model.
    """

    focal_length: float | None = None
    sensor: tuple[float, float] | None = None
    distortion: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.focal_length is not None:
            _set(self, "focal_length", positive(self.focal_length, "view.lens.focalLength"))
        if self.sensor is not None:
            _set(self, "sensor", size(self.sensor, "view.lens.sensor"))
        if self.distortion is not None:
            if len(self.distortion) > 32:
                invalid("view.lens.distortion", f"must have at most 32 numbers, not {len(self.distortion)}")
            _set(self, "distortion", vector(self.distortion, len(self.distortion), "view.lens.distortion"))

    def to_json(self) -> dict[str, Any]:
        return present(
            focalLength=self.focal_length,
            sensor=None if self.sensor is None else list(self.sensor),
            distortion=None if self.distortion is None else list(self.distortion),
        )


@dataclass(frozen=True)
class View3D:
    """A camera in space as in glTF 2.0: right-handed, +Y up, looking along its own -Z.

    position: x, y, z in metres.
    orientation: unit quaternion x, y, z, w, its norm within 1e-3 of 1; q and -q are the same.
    focus_distance: metres, above 0.
    """

    kind: ClassVar[str] = "3d"

    position: tuple[float, float, float]
    orientation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    projection: Projection = Perspective(0.785)
    focus_distance: float | None = None
    lens: Lens | None = None

    def __post_init__(self) -> None:
        _set(self, "position", vector(self.position, 3, "view.position"))
        _set(self, "orientation", quaternion(self.orientation, "view.orientation"))
        if not isinstance(self.projection, (Perspective, Orthographic, Frustum)):
            invalid("view.projection", f"must be a Perspective, Orthographic or Frustum, not {shown(self.projection)}")
        if self.focus_distance is not None:
            _set(self, "focus_distance", positive(self.focus_distance, "view.focusDistance"))
        if self.lens is not None and not isinstance(self.lens, Lens):
            invalid("view.lens", f"must be a Lens, not {shown(self.lens)}")

    def to_json(self) -> dict[str, Any]:
        """The view as the protocol has it."""
        return {
            "kind": "3d",
            "position": list(self.position),
            "orientation": list(self.orientation),
            "projection": self.projection.to_json(),
            **present(focusDistance=self.focus_distance, lens=None if self.lens is None else self.lens.to_json()),
        }


View = Union[View2D, View3D]


def view_of(value: Any) -> View:
    """The view that a message has; unknown fields are ignored. Raises InvalidError."""
    view = mapping(value, "view")
    kind = view.get("kind")
    if kind == "2d":
        get = view.get
        return View2D(get("center"), get("zoom"), get("rotation"), get("size"))  # type: ignore[arg-type]
    if kind == "3d":
        lens = view.get("lens")
        return View3D(
            view.get("position"),  # type: ignore[arg-type]
            view.get("orientation"),  # type: ignore[arg-type]
            _projection_of(view.get("projection")),
            view.get("focusDistance"),
            None if lens is None else _lens_of(lens),
        )
    invalid("view.kind", f"must be 2d or 3d, not {shown(kind)}")


def _projection_of(value: Any) -> Projection:
    projection = mapping(value, "view.projection")
    get = projection.get
    kind = get("type")
    if kind == "perspective":
        return Perspective(get("yfov"), get("znear"), get("zfar"), get("aspectRatio"))  # type: ignore[arg-type]
    if kind == "orthographic":
        return Orthographic(get("xmag"), get("ymag"), get("znear"), get("zfar"))  # type: ignore[arg-type]
    if kind == "frustum":
        edges = (get("left"), get("right"), get("bottom"), get("top"))
        return Frustum(*edges, get("znear"), get("zfar"))  # type: ignore[arg-type]
    invalid("view.projection.type", f"must be perspective, orthographic or frustum, not {shown(kind)}")


def _lens_of(value: Any) -> Lens:
    lens = mapping(value, "view.lens")
    distortion = lens.get("distortion")
    if distortion is not None:
        distortion = tuple(sequence(distortion, "view.lens.distortion"))
    return Lens(lens.get("focalLength"), lens.get("sensor"), distortion)
