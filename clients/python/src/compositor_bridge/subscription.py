"""What a session wants to receive, what it does at the moment, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ._checks import camera_name, display_name, finite, flag, invalid, names, one_of, positive, present, shown
from ._checks import size as screen_size

__all__ = ["Near", "SessionState", "Stats", "Subscription"]


class SessionState(str, Enum):
    """What the session does at the moment."""

    IDLE = "idle"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Near:
    """What a camera shows of the canvas, and some of what lies around it.

    margin: how much around it on each side, in widths and heights of what is seen, in [0.25, 8].
    size: of the screen in physical pixels; None: as the view's own.
    """

    camera: str
    margin: float = 1.0
    size: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        camera_name(self.camera, "near.camera")
        if not 0.25 <= finite(self.margin, "near.margin") <= 8:
            invalid("near.margin", f"must lie in [0.25, 8], not {self.margin}")
        if self.size is not None:
            object.__setattr__(self, "size", screen_size(self.size, "near.size"))
            if max(self.size) > 1_000_000:
                invalid("near.size", f"must be at most 1000000 a side, not {max(self.size)}")

    def to_json(self) -> dict[str, Any]:
        return {
            "camera": self.camera,
            **present(
                margin=None if self.margin == 1 else self.margin,
                size=None if self.size is None else list(self.size),
            ),
        }


@dataclass(frozen=True)
class Subscription:
    """What to receive; the names and defaults are the protocol's.

    cameras, walls: names, also of ones that do not exist yet, or ``("*",)`` for all.
    scene, presence, tiles: whether to receive the scene, which displays there are, and the tilesets with their tiles.
    delivery: ``latest``, the newest state of each camera for a client that is slow, or ``every``, each update.
    rate: at most so many updates per second and camera, in (0, 1000]; only with ``latest``.
    echo: whether to receive what this session itself causes, too.
    near: where tiles are wanted; None: everywhere.
    """

    cameras: tuple[str, ...] = ()
    scene: bool = False
    presence: bool = False
    walls: tuple[str, ...] = ()
    delivery: str = "latest"
    rate: float | None = None
    echo: bool = True
    tiles: bool = False
    near: Near | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cameras", names(self.cameras, "cameras", camera_name))
        object.__setattr__(self, "walls", names(self.walls, "walls", display_name))
        flag(self.scene, "scene")
        flag(self.presence, "presence")
        flag(self.echo, "echo")
        flag(self.tiles, "tiles")
        one_of(self.delivery, "delivery", "latest", "every")
        if self.rate is not None:
            if self.delivery == "every":
                invalid("rate", f'must be absent with delivery "every", not {shown(self.rate)}')
            if not positive(self.rate, "rate") <= 1000:
                invalid("rate", f"must lie in (0, 1000], not {self.rate}")
        if self.scene and not self.echo:
            invalid("echo", "must not be false with scene: a client knows the scene by all its transactions")

        if self.tiles and not self.echo:
            invalid("echo", "must not be false with tiles: a client knows tiles by all their transactions")

    def to_json(self) -> dict[str, Any]:
        """The fields of ``subscribe``."""
        fields: dict[str, Any] = {"cameras": list(self.cameras), "scene": self.scene, "presence": self.presence}
        if self.tiles:
            fields["tiles"] = True
            fields.update(present(near=None if self.near is None else self.near.to_json()))
        if self.walls:
            fields["walls"] = list(self.walls)
        fields["delivery"] = self.delivery
        if self.rate is not None:
            fields["rate"] = self.rate
        if not self.echo:
            fields["echo"] = False
        return fields

    def wants(self, camera: str) -> bool:
        """Whether the camera is one of these."""
        return "*" in self.cameras or camera in self.cameras


@dataclass
class Stats:
    """Counts since the session began.

    received: messages; stale: camera messages that were no news; ignored: what made no sense; gaps: losses told by the
    server; connects: welcomes; resumes: those of them that resumed; superseded: driven views that gave way to newer
    ones before they were sent; repairs: times that the scene was asked for again; clock_jumps: sleeps of the machine.
    """

    received: int = 0
    stale: int = 0
    ignored: int = 0
    gaps: int = 0
    connects: int = 0
    resumes: int = 0
    superseded: int = 0
    repairs: int = 0
    clock_jumps: int = 0
