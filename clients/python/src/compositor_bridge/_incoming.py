"""What comes in: read, applied to what is known, and told to those who iterate."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, Union

from . import messages as m
from ._checks import camera_name, display_name, integer
from ._requests import PendingRequests
from ._server_clock import ServerClock
from ._state import KnownState
from ._streams import Streams
from .errors import CompositorError, InvalidError, error_of
from .messages import Message
from .subscription import Stats
from .tiles import tiles_of

log = logging.getLogger("compositor_bridge")

Fields = dict[str, Any]


class Host(Protocol):
    """What decides how the session goes on."""

    @property
    def welcomed(self) -> bool:
        """Whether the server said welcome on this connection."""

    def on_welcome(self, welcome: m.Welcome) -> None:
        """The session is open."""

    def hello_refused(self, error: CompositorError) -> None:
        """The server refused ``hello``."""

    def granted(self) -> None:
        """The server has the subscription; its snapshot follows."""

    def assigned(self, wall: str | None) -> None:
        """This display belongs to another wall."""

    def said_goodbye(self, goodbye: m.Goodbye) -> None:
        """The close follows."""

    def scene_torn(self) -> None:
        """What is known of the scene is not what the server has."""

    def tiles_torn(self) -> None:
        """What is known of tiles is not what the server has."""

    def advanced(self) -> None:
        """Something may have come that somebody waits for."""


class Incoming:
    """Survives any message: what makes no sense is counted and left out."""

    def __init__(
        self,
        host: Host,
        known: KnownState,
        clock: ServerClock,
        requests: PendingRequests,
        streams: Streams,
        stats: Stats,
    ) -> None:
        self._host = host
        self._known = known
        self._clock = clock
        self._requests = requests
        self._streams = streams
        self._stats = stats

    def received(self, data: Any) -> None:
        self._stats.received += 1
        if not isinstance(data, str):
            self._ignore("a binary message")
            return
        try:
            message = json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError):
            self._ignore("no JSON")
            return
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str):
            self._ignore("no message")
            return
        if not self._host.welcomed and kind not in ("welcome", "error", "goodbye"):
            self._ignore(f"{kind[:64]} before welcome")
            return
        handler = self._HANDLERS.get(kind)
        if handler is None:
            self._ignore(f"unknown type {kind[:64]}")
            return
        try:
            told = handler(self, message)
        except (CompositorError, ValueError, TypeError, RecursionError) as error:
            self._ignore(f"{kind}: {error}")
            if kind == "scene":
                self._torn()
            if kind == "tiles":
                self._tiles_torn()
            return
        if told is not None:
            self._streams.message(told, len(data))

    def _ignore(self, why: str) -> None:
        self._stats.ignored += 1
        log.debug("ignored: %s", why)

    def _torn(self) -> None:
        self._known.scene = None
        self._host.scene_torn()

    def _tiles_torn(self) -> None:
        self._known.tiles = None
        self._host.tiles_torn()

    def _on_welcome(self, message: Fields) -> Message | None:
        welcome = m.welcome_of(message)
        if self._host.welcomed:
            self._ignore("a second welcome")
            return None
        self._host.on_welcome(welcome)
        return welcome

    def _on_ack(self, message: Fields) -> Message:
        ack = m.ack_of(message)
        if self._requests.ack(ack):
            self._host.granted()
        return ack

    def _on_error(self, message: Fields) -> Message | None:
        refusal = m.refusal_of(message)
        error = error_of(refusal.code, refusal.message, refusal.field)
        if refusal.id == "hello" and not self._host.welcomed:
            self._host.hello_refused(error)
            return refusal
        return None if self._requests.refuse(refusal.id, error) else refusal

    def _on_snapshot(self, message: Fields) -> Message:
        try:
            scene, torn = m.scene_in(message), False
        except InvalidError as error:
            self._ignore(f"scene of the snapshot: {error}")
            scene, torn = None, True
        tiles, following, tiles_torn = None, 0, False
        try:
            if message.get("tiles") is not None:
                tiles, following = tiles_of(message["tiles"])
        except InvalidError as error:
            self._ignore(f"tiles of the snapshot: {error}")
            tiles_torn = True
        snapshot = replace(m.snapshot_of(message, scene), tiles=tiles, following=following)
        for update in self._known.snapshot(snapshot):
            self._streams.camera(update)
        self._streams.scene(scene)
        self._requests.snapshot(snapshot)
        if torn:
            self._torn()
        if tiles_torn:
            self._tiles_torn()
        return snapshot

    def _on_camera(self, message: Fields) -> Message | None:
        update = m.camera_of(message)
        if not self._known.camera(update):
            self._stats.stale += 1
            return None
        self._streams.camera(update)
        return update

    def _on_removed(self, message: Fields) -> Message:
        removed = m.CameraRemoved(integer(message.get("seq"), "seq"), camera_name(message.get("camera")))
        self._known.removed(removed)
        self._streams.camera_removed(removed.camera)
        return removed

    def _on_control(self, message: Fields) -> Message:
        control = m.control_of(message)
        self._known.controls(control)
        return control

    def _on_scene(self, message: Fields) -> Message | None:
        self._known.served(integer(message.get("seq"), "seq"))
        change = m.scene_change_of(message)
        moved = change.camera is not None and self._known.camera(change.camera)
        try:
            news = self._known.transaction(change)
        finally:
            if moved and change.camera is not None:
                self._streams.camera(change.camera)
        if not news:
            self._stats.stale += 1
            return None
        self._streams.scene(self._known.scene)
        self._host.advanced()
        return change

    def _on_tiles(self, message: Fields) -> Message:
        seq = integer(message.get("seq"), "seq")
        change = m.tiles_change_of(message)
        self._known.tile_change(change)
        if change.scene is not None:
            # what belongs to it of the scene, as if it came by itself; who listens finds both in place
            self._on_scene({**message, "type": "scene", "ops": message["scene"]})
        elif change.camera is not None and self._known.camera(change.camera):
            self._streams.camera(change.camera)
        self._known.served(seq)
        self._host.advanced()
        return change

    def _on_display(self, message: Fields) -> Message:
        display = m.display_of(message)
        self._known.display(display)
        return display

    def _on_wall(self, message: Fields) -> Message | None:
        wall = m.wall_of(message)
        return wall if self._known.wall(wall) else None

    def _on_wall_removed(self, message: Fields) -> Message:
        removed = m.WallRemoved(integer(message.get("seq"), "seq"), display_name(message.get("wall"), "wall"))
        self._known.wall_removed(removed)
        return removed

    def _on_assigned(self, message: Fields) -> Message:
        assigned = m.assigned_of(message)
        self._host.assigned(assigned.wall)
        return assigned

    def _on_heartbeat(self, message: Fields) -> Message:
        heartbeat = m.heartbeat_of(message)
        self._known.served(heartbeat.seq)
        self._host.advanced()
        return heartbeat

    def _on_pong(self, message: Fields) -> Message | None:
        pong = m.pong_of(message)
        counts = self._clock.pong(pong)
        if counts is None:
            self._ignore("pong with impossible times")
        return pong if counts else None

    def _on_gap(self, message: Fields) -> Message:
        gap = m.gap_of(message)
        self._stats.gaps += 1
        return gap

    def _on_goodbye(self, message: Fields) -> Message:
        goodbye = m.goodbye_of(message)
        self._host.said_goodbye(goodbye)
        return goodbye

    _HANDLERS: Mapping[str, Callable[[Incoming, Fields], Union[Message, None]]] = {
        "welcome": _on_welcome,
        "ack": _on_ack,
        "error": _on_error,
        "snapshot": _on_snapshot,
        "camera": _on_camera,
        "camera-removed": _on_removed,
        "control": _on_control,
        "scene": _on_scene,
        "tiles": _on_tiles,
        "display": _on_display,
        "wall": _on_wall,
        "wall-removed": _on_wall_removed,
        "assigned": _on_assigned,
        "asked": lambda _, message: m.asked_of(message),
        "notice": lambda _, message: m.notice_of(message),
        "heartbeat": _on_heartbeat,
        "pong": _on_pong,
        "gap": _on_gap,
        "goodbye": _on_goodbye,
    }


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
