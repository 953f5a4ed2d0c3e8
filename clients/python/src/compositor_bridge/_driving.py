"""Driving cameras: what is sent, and what waits for a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ._checks import camera_name, integer, invalid, shown, text
from ._outbox import MOST_CAMERAS, Outbox
from .subscription import Stats
from .views import View, View2D, View3D


def camera_message(
    camera: str, view: View, time: int | None, sample: int | None, cut: bool, timecode: str | None
) -> dict[str, Any]:
    """The message ``camera``. Raises InvalidError."""
    if not isinstance(view, (View2D, View3D)):
        invalid("view", f"must be a View2D or View3D, not {shown(view)}")
    message: dict[str, Any] = {"type": "camera", "camera": camera_name(camera), "view": view.to_json()}
    if time is not None:
        message["time"] = integer(time, "time")
    if sample is not None:
        message["sample"] = integer(sample, "sample")
    if cut:
        message["cut"] = True
    if timecode is not None:
        message["timecode"] = text(timecode, "timecode", 32)
    return message


class Driving:
    """Of each camera the newest view counts; a jump is not lost with the view that it came with."""

    def __init__(self, hold: float, encode: Callable[[dict[str, Any]], str], stats: Stats) -> None:
        """hold: for how many seconds a view is worth sending."""
        self._hold = hold
        self._encode = encode
        self._stats = stats
        self._held: dict[str, tuple[dict[str, Any], float]] = {}

    def send(self, message: dict[str, Any], outbox: Outbox) -> None:
        camera = message["camera"]
        if outbox.cut_waits(camera):
            message["cut"] = True
        if outbox.drive(camera, self._encode(message), "cut" in message) != "sent":
            self._stats.superseded += 1

    def hold(self, message: dict[str, Any]) -> None:
        """Until there is a connection."""
        camera = message["camera"]
        before = self._held.pop(camera, None)
        if before is not None:
            self._stats.superseded += 1
            if "cut" in before[0]:
                message["cut"] = True
        elif len(self._held) >= MOST_CAMERAS:
            self._stats.superseded += 1
            return
        self._held[camera] = (message, asyncio.get_running_loop().time())

    def flush(self, outbox: Outbox) -> None:
        """There is a connection: what waits is sent, if it is not too old."""
        held, self._held = self._held, {}
        oldest = asyncio.get_running_loop().time() - self._hold
        for message, at in held.values():
            if at < oldest:
                self._stats.superseded += 1
            else:
                self.send(message, outbox)

    def forget(self, camera: str | None = None) -> None:
        """What waits, of one camera or of all, is not sent."""
        if camera is None:
            self._held.clear()
        else:
            self._held.pop(camera, None)
