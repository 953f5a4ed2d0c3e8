"""A session with a server: it reconnects, resumes, and keeps the newest state."""

from __future__ import annotations

import asyncio
import json
import logging
import random as _random
import ssl as tls
import weakref
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar, Union, cast
from urllib.parse import urlsplit

from . import messages as m
from ._checks import camera_name, display_name, flag, integer, invalid, one_of, positive, shown
from ._outbox import MOST_CAMERAS, Outbox
from ._reconnect import ReconnectSchedule
from ._requests import PendingRequests
from ._socket import SUBPROTOCOL, ConnectionClosed, WebSocketException, close_of, http_status, open_socket
from ._state import KnownState
from ._streams import EveryStream, NewestStream, Stream
from .clock import ClockFilter, local_now, wall_ahead
from .errors import (
    ClosedError,
    CompositorError,
    DisconnectedError,
    InvalidError,
    LimitError,
    RequestTimeoutError,
    SessionEndedError,
    error_of,
)
from .messages import CameraUpdate, Control, Display, DisplaySettings, Message, Snapshot, Wall, Welcome
from .scene import CameraMove, SceneOp, SceneState
from .views import View, View2D, View3D

__all__ = ["Key", "Session", "SessionState", "Stats", "Subscription", "connect"]

log = logging.getLogger("compositor_bridge")

T = TypeVar("T")

#: An API key, or what gives it at each attempt to connect; None: without a key.
Key = Union[str, Callable[[], Union[str, None]], None]

# Close code of this client for a server that went silent; 1000 would end the session.
_CLOSE_SILENT = 4000
_BYE_LIMIT = 2.0
# How long after its goodbye a server may take to close.
_GOODBYE_LIMIT = 5.0
# More than this, in seconds, is a sleep of the machine or somebody who set the clock, and not its steering.
_CLOCK_JUMP = 0.25
_REPAIR_INTERVAL = 5.0
# How often silence and the local clock are looked at.
_LOOK_EVERY = 1.0
# How long a server may take to say that the connection outlived a sleep.
_AFTER_SLEEP = 5.0
_DEFAULT_MESSAGE_BYTES = 65_536


class SessionState(str, Enum):
    """What the session does at the moment."""

    IDLE = "idle"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True)
class Subscription:
    """What to receive; the names and defaults are the protocol's.

    cameras, walls: names, also of ones that do not exist yet, or ``("*",)`` for all.
    scene, presence: whether to receive the scene, and which displays there are.
    delivery: ``latest``, the newest state of each camera for a client that is slow, or ``every``, each update.
    rate: at most so many updates per second and camera, in (0, 1000]; only with ``latest``.
    echo: whether to receive what this session itself causes, too.
    """

    cameras: tuple[str, ...] = ()
    scene: bool = False
    presence: bool = False
    walls: tuple[str, ...] = ()
    delivery: str = "latest"
    rate: float | None = None
    echo: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "cameras", _names(self.cameras, "cameras", camera_name))
        object.__setattr__(self, "walls", _names(self.walls, "walls", display_name))
        flag(self.scene, "scene")
        flag(self.presence, "presence")
        flag(self.echo, "echo")
        one_of(self.delivery, "delivery", "latest", "every")
        if self.rate is not None:
            if self.delivery == "every":
                invalid("rate", f'must be absent with delivery "every", not {shown(self.rate)}')
            if not positive(self.rate, "rate") <= 1000:
                invalid("rate", f"must lie in (0, 1000], not {self.rate}")
        if self.scene and not self.echo:
            invalid("echo", "must not be false with scene: a client knows the scene by all its transactions")

    def to_json(self) -> dict[str, Any]:
        """The fields of ``subscribe``."""
        fields: dict[str, Any] = {"cameras": list(self.cameras), "scene": self.scene, "presence": self.presence}
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


@dataclass
class _Options:
    url: str
    key: Key
    display: str | None
    user: str | None
    keep_open: bool
    ssl: tls.SSLContext | None
    connect_timeout: float
    drive_hold: float
    random: Callable[[], float]


@dataclass
class _Loss:
    """How a connection, or an attempt, ended. failure: what ends the session whatever the code says."""

    code: int
    reason: str
    status: int | None = None
    failure: CompositorError | None = None


def connect(
    url: str,
    *,
    key: Key = None,
    display: str | None = None,
    user: str | None = None,
    settings: DisplaySettings | None = None,
    subscription: Subscription | None = None,
    connection: str = "keep-open",
    ssl: tls.SSLContext | None = None,
    connect_timeout: float = 10.0,
    request_timeout: float = 10.0,
    max_outstanding: int = 256,
    drive_hold: float = 2.0,
    random: Callable[[], float] = _random.random,
) -> Session:
    """Makes a session, to be opened by ``async with`` or ``await``, which waits for the server's welcome.

    url: ``ws://HOST:PORT/compositor`` or ``wss://``, without user and fragment.
    key: an API key, sent in the header ``Authorization`` and shown nowhere; or a function that gives it, which is
        called at each attempt.
    display: the name of this display, 1 to 64 of ``A-Z a-z 0-9 . _ -``; without it the server gives one.
    user: the name of the user, of the same characters; without it that of the key.
    settings: what the display says of itself.
    subscription: what to receive from the start.
    connection: ``keep-open``, or ``once``: the session ends at its first disconnect.
    ssl: whom to trust at ``wss://``; None: whom Python trusts.
    connect_timeout: seconds of an attempt, up to the welcome.
    request_timeout: seconds until an unanswered request raises RequestTimeoutError.
    max_outstanding: requests that may wait for their answer at once; one more raises LimitError.
    drive_hold: seconds for which a driven view waits for the connection.
    random: source of jitter, in [0, 1), for tests.
    """
    if display is not None:
        display_name(display, "display")
    if user is not None:
        display_name(user, "user")
    for name, value in (("connect_timeout", connect_timeout), ("request_timeout", request_timeout)):
        positive(value, name)
    integer(max_outstanding, "max_outstanding", 1, 100_000)
    options = _Options(
        _address(url),
        key,
        display,
        user,
        one_of(connection, "connection", "keep-open", "once") == "keep-open",
        ssl,
        connect_timeout,
        drive_hold,
        random,
    )
    return Session(options, settings, subscription, PendingRequests(max_outstanding, request_timeout))


class Session:
    """A session with a server; :func:`connect` makes it.

    It stays: lost connections are replaced, the session is resumed or, if it is gone, built up again, until
    :meth:`close` or a close code that forbids it. All methods belong to the event loop in which it was opened.
    """

    def __init__(
        self,
        options: _Options,
        settings: DisplaySettings | None,
        subscription: Subscription | None,
        requests: PendingRequests,
    ) -> None:
        self._options = options
        self._settings = settings
        self._subscription = subscription or Subscription()
        # whether the server is known to have the subscription, and we its snapshot
        self._stands = self._subscription == Subscription()
        self._requests = requests
        self._known = KnownState()
        self._clock = ClockFilter()
        self._rough_offset = 0
        self._wall_ahead = 0.0
        self._measured_since = 0
        self._schedule = ReconnectSchedule(options.random)
        self._state = SessionState.IDLE
        self._welcome: Welcome | None = None
        self._wall: str | None = None
        self._failure: CompositorError | None = None
        self._leaving = False
        self._outbox: Outbox | None = None
        self._give_up: asyncio.Future[_Loss] | None = None
        self._heard = 0.0
        self._last_loss = ""
        self._measure_now = asyncio.Event()
        self._goodbye: m.Goodbye | None = None
        self._held: dict[str, tuple[dict[str, Any], float]] = {}
        self._camera_streams: weakref.WeakSet[Any] = weakref.WeakSet()
        self._scene_streams: weakref.WeakSet[NewestStream[SceneState]] = weakref.WeakSet()
        self._message_streams: weakref.WeakSet[EveryStream[Any]] = weakref.WeakSet()
        self._changed = asyncio.Event()
        self._retry = asyncio.Event()
        self._main: asyncio.Task[None] | None = None
        self._repairs: asyncio.Task[None] | None = None
        self._repaired_at = float("-inf")
        self._followers: set[asyncio.Task[Any]] = set()
        #: Counts since the session began.
        self.stats = Stats()

    # ---- life

    def __await__(self) -> Generator[Any, None, Session]:
        return self._opened().__await__()

    async def __aenter__(self) -> Session:
        return await self._opened()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _opened(self) -> Session:
        self.start()
        try:
            await self.ready(self._options.connect_timeout)
        except BaseException:
            await self.close()
            raise
        return self

    def start(self) -> None:
        """Begins to connect and returns at once; :meth:`ready` waits. Does nothing if that is under way."""
        if self._main is None:
            self._main = asyncio.get_running_loop().create_task(self._run(), name="compositor-session")

    async def ready(self, timeout: float | None = None) -> Welcome:
        """Waits for the connection, for at most ``timeout`` seconds.

        Raises SessionEndedError if the session ended for good, ClosedError if this program closed it, and
        RequestTimeoutError.
        """

        async def connected() -> Welcome:
            while self._state is not SessionState.CONNECTED:
                if self._state is SessionState.CLOSED:
                    raise self._failure or ClosedError("the session was closed")
                await self._next_change()
            assert self._welcome is not None
            return self._welcome

        try:
            return await asyncio.wait_for(connected(), timeout)
        except asyncio.TimeoutError:
            why = f": {self._last_loss}" if self._last_loss else ""
            raise RequestTimeoutError(f"not connected within {timeout} s{why}") from None

    async def close(self) -> None:
        """Says ``bye`` and ends the session for good; takes at most about 2 s."""
        if self._main is None:
            self._end(None)
            return
        if not self._leaving:
            self._leaving = True
            self._retry.set()
            if self._state is SessionState.CONNECTED and self._outbox is not None:
                self._outbox.put('{"type":"bye"}')
                asyncio.get_running_loop().call_later(_BYE_LIMIT, self._stop, _Loss(1006, "no close after bye"))
            else:
                self._stop(_Loss(1006, "closed by this program"))
        await asyncio.shield(self._main)
        if self._followers:
            await asyncio.wait(self._followers, timeout=_BYE_LIMIT)

    async def wait_closed(self) -> None:
        """Waits until the session has ended. Raises what ended it, unless this program closed it."""
        while self._state is not SessionState.CLOSED:
            await self._next_change()
        if self._failure is not None:
            raise self._failure

    def retry(self) -> None:
        """Tries at once where the session waits for its next attempt."""
        self._retry.set()

    async def _next_change(self) -> None:
        await self._changed.wait()

    def _set_state(self, state: SessionState) -> None:
        self._state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    # ---- what is known

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def welcome(self) -> Welcome | None:
        """The last welcome of the server."""
        return self._welcome

    @property
    def failure(self) -> CompositorError | None:
        """What ended the session; None while it lives, or if this program closed it."""
        return self._failure

    @property
    def epoch(self) -> str | None:
        """The run of the sequence."""
        return self._known.epoch

    @property
    def seq(self) -> int:
        """The highest number applied."""
        return self._known.seq

    @property
    def latest(self) -> Mapping[str, CameraUpdate]:
        """The newest state of each subscribed camera, by name."""
        return MappingProxyType(self._known.cameras)

    @property
    def control(self) -> Mapping[str, Control]:
        """Who holds which of the subscribed cameras, by camera; those that nobody holds are not there."""
        return MappingProxyType(self._known.control)

    @property
    def displays(self) -> Mapping[str, Display]:
        """The displays, by session, if ``presence`` is subscribed."""
        return MappingProxyType(self._known.displays)

    @property
    def walls(self) -> Mapping[str, Wall]:
        """The newest state of each subscribed wall, by name."""
        return MappingProxyType(self._known.walls)

    @property
    def wall(self) -> str | None:
        """The wall that this display belongs to."""
        return self._wall

    @property
    def scene(self) -> SceneState | None:
        """The scene by the server's word; None while it is not subscribed or not known."""
        return self._known.scene

    @property
    def subscription(self) -> Subscription:
        """What is subscribed to, or will be at the next connection."""
        return self._subscription

    @property
    def clock(self) -> ClockFilter:
        """How the server's clock stands."""
        return self._clock

    def now(self) -> int:
        """The server's clock in microseconds since the Unix epoch; before a measurement what it said with welcome."""
        self._watch_clock()
        local = local_now()
        offset = self._clock.offset_at(local)
        return round(local + (self._rough_offset if offset is None else offset))

    # ---- receiving

    async def subscribe(self, subscription: Subscription) -> Snapshot | None:
        """Says what to receive from now on, also after a reconnect; replaces the subscription before.

        Gives the snapshot of what is newly subscribed; None at once while there is no connection, and the subscription
        follows.
        """
        before = self._subscription
        self._subscription = subscription
        self._stands = False
        if self._state is not SessionState.CONNECTED:
            return None
        try:
            return await self._send_subscription()
        except (DisconnectedError, ClosedError, RequestTimeoutError):
            raise
        except CompositorError:
            if self._subscription is subscription:
                self._subscription = before
                self._stands = True
            raise

    async def _send_subscription(self) -> Snapshot:
        subscription = self._subscription
        snapshot = await self._request({"type": "subscribe", **subscription.to_json()})
        if self._subscription is subscription:
            self._stands = True
        return cast(Snapshot, snapshot)

    async def unsubscribe(self) -> None:
        """Receives nothing but heartbeats from now on."""
        nothing = self._subscription = Subscription()
        self._stands = False
        self._retain()
        if self._state is SessionState.CONNECTED:
            await self._request({"type": "unsubscribe"})
            self._stands = self._stands or self._subscription is nothing

    def cameras(
        self,
        *names: str,
        delivery: str | None = None,
        rate: float | None = None,
        echo: bool | None = None,
    ) -> Stream[CameraUpdate]:
        """Iterates over the updates of these cameras, of all without names; the present states come first.

        What is not subscribed yet is added to the subscription; it stays there when the iteration ends. ``delivery``,
        ``rate`` and ``echo`` change it for the whole session where they are given. With ``latest`` a loop that is slow
        gets the newest state of each camera. With ``every`` it gets each update; if more than 4,096 wait for it, it
        ends with LimitError.
        """
        wanted = _names(names or ("*",), "cameras", camera_name)
        every = (delivery or self._subscription.delivery) == "every"

        def wants(camera: str) -> bool:
            return "*" in wanted or camera in wanted

        async def begin(stream: Stream[CameraUpdate]) -> None:
            self._live(stream)
            for update in list(self._known.cameras.values()):
                if wants(update.camera):
                    cast(Any, stream).put(update.camera, update)
            self._camera_streams.add(stream)
            present = self._subscription
            more = replace(
                present,
                cameras=present.cameras
                if "*" in present.cameras
                else ("*",)
                if "*" in wanted
                else tuple(dict.fromkeys(present.cameras + wanted)),
                delivery=delivery or present.delivery,
                rate=rate if rate is not None else None if delivery == "every" else present.rate,
                echo=present.echo if echo is None else echo,
            )
            if more != present:
                await self.subscribe(more)

        return EveryStream(begin, wants) if every else NewestStream(begin, wants)

    def scenes(self) -> Stream[SceneState]:
        """Iterates over the states of the scene, the present one first; a loop that is slow gets the newest.

        The scene is added to the subscription.
        """

        async def begin(stream: Stream[SceneState]) -> None:
            self._live(stream)
            newest = cast("NewestStream[SceneState]", stream)
            if self._known.scene is not None:
                newest.put("", self._known.scene)
            self._scene_streams.add(newest)
            if not self._subscription.scene:
                await self.subscribe(replace(self._subscription, scene=True))

        return NewestStream(begin, lambda _: True)

    def messages(self, *types: type[T]) -> Stream[T]:
        """Iterates over what the session tells, each message in order, of these classes or of all.

        It subscribes to nothing. If more than 4,096 messages or 16 MiB wait, it ends with LimitError. ``Reconnecting``
        tells of losses, ``Welcome`` of each connection. It listens from the call on.
        """
        kinds: tuple[type[Any], ...] = types or (object,)

        async def begin(stream: Stream[T]) -> None:
            pass

        stream: EveryStream[T] = EveryStream(begin, lambda value: isinstance(value, kinds))
        if self._state is SessionState.CLOSED:
            stream.end(self._failure)
        self._message_streams.add(stream)
        return stream

    def _live(self, stream: Stream[Any]) -> None:
        if self._state is SessionState.CLOSED:
            stream.end(self._failure)

    # ---- driving and control

    async def update(
        self,
        camera: str,
        view: View,
        *,
        time: int | None = None,
        sample: int | None = None,
        cut: bool = False,
        timecode: str | None = None,
    ) -> int | None:
        """Drives a camera and waits for the answer; a camera that nobody holds is taken.

        time: when the view was sampled, by the server's clock (:meth:`now`), microseconds; sample: a number of your
        own; timecode: at most 32 characters; cut: the view jumps. Gives the number in the sequence. Raises HeldError if
        another holds the camera.
        """
        message = _camera_message(camera, view, time, sample, cut, timecode)
        self._held.pop(camera, None)
        return cast(m.Ack, await self._request(message)).seq

    def drive(
        self,
        camera: str,
        view: View,
        *,
        time: int | None = None,
        sample: int | None = None,
        cut: bool = False,
        timecode: str | None = None,
    ) -> None:
        """Drives a camera as :meth:`update` does, without an answer: for a stream of views.

        While the connection is away or busy the newest view of each camera waits, of at most 64 cameras, for at most
        ``drive_hold``. Refusals come as ``Refusal`` in :meth:`messages`, at most one a second.
        """
        message = _camera_message(camera, view, time, sample, cut, timecode)
        if self._state is SessionState.CONNECTED and self._outbox is not None and not self._leaving:
            self._drive_now(camera, message)
        elif self._state is not SessionState.CLOSED:
            before = self._held.pop(camera, None)
            if before is not None:
                self.stats.superseded += 1
                if "cut" in before[0]:
                    message["cut"] = True
            elif len(self._held) >= MOST_CAMERAS:
                self.stats.superseded += 1
                return
            self._held[camera] = (message, asyncio.get_running_loop().time())

    def _drive_now(self, camera: str, message: dict[str, Any]) -> None:
        assert self._outbox is not None
        if self._outbox.cut_waits(camera):
            message["cut"] = True
        if self._outbox.drive(camera, self._encode(message), "cut" in message) != "sent":
            self.stats.superseded += 1

    def _drive_held(self) -> None:
        held, self._held = self._held, {}
        oldest = asyncio.get_running_loop().time() - self._options.drive_hold
        for camera, (message, at) in held.items():
            if at < oldest:
                self.stats.superseded += 1
            else:
                self._drive_now(camera, message)

    async def take(self, camera: str, *, force: bool = False) -> int | None:
        """Takes the control of a camera, or renews the lease of 5 s.

        force: whoever holds it, for role ``admin``. Raises HeldError, or LimitError if it was held for too long without
        being moved.
        """
        message: dict[str, Any] = {"type": "control", "camera": camera_name(camera), "action": "take"}
        if force:
            message["force"] = True
        return cast(m.Ack, await self._request(message)).seq

    async def release(self, camera: str) -> int | None:
        """Gives back the control of a camera."""
        message = {"type": "control", "camera": camera_name(camera), "action": "release"}
        return cast(m.Ack, await self._request(message)).seq

    async def ask(self, camera: str) -> None:
        """Asks whoever holds a camera to give it back: if a session does, it gets ``Asked``. At most once a second."""
        await self._request({"type": "control", "camera": camera_name(camera), "action": "ask"})

    # ---- scene and settings

    async def transact(self, ops: Iterable[SceneOp], *, camera: CameraMove | None = None) -> int | None:
        """Changes the scene, and if wanted a camera, as one transaction: all or nothing, in one frame.

        Gives the number in the sequence; with a subscription to the scene, :attr:`scene` has the change then. Raises
        NotFoundError where an operation names a model that is not there, HeldError for the camera, and
        DisconnectedError if the connection was lost: then it may have been done.
        """
        message: dict[str, Any] = {"type": "scene", "ops": [op.to_json() for op in ops]}
        if camera is not None:
            message["camera"] = camera.to_json()
        seq = cast(m.Ack, await self._request(message)).seq
        if seq is not None and self._subscription.scene:
            await self._scene_reaches(seq)
        return seq

    async def _scene_reaches(self, seq: int) -> None:
        """The change comes round soon; if it does not, the answer counts all the same."""
        epoch = self._known.epoch

        async def reached() -> None:
            while (
                self._state is SessionState.CONNECTED
                and self._known.epoch == epoch
                and max(self._known.scene_seq, self._known.seq) < seq
            ):
                await self._next_change()

        try:
            await asyncio.wait_for(reached(), 1.0)
        except asyncio.TimeoutError:
            pass

    async def set_settings(self, settings: DisplaySettings) -> None:
        """Replaces the settings of this display, now and at each reconnect."""
        self._settings = settings
        if self._state is SessionState.CONNECTED:
            await self._request({"type": "settings", "settings": settings.to_json()})

    async def request(self, message: Mapping[str, Any]) -> m.Ack:
        """Sends any request of the protocol, without ``id``, such as ``{"type": "admin", "action": "undrain"}``.

        ``hello``, ``bye``, ``ping``, ``subscribe`` and ``unsubscribe`` are the session's own.
        """
        kind = message.get("type")
        if not isinstance(kind, str) or kind in ("hello", "bye", "ping", "subscribe", "unsubscribe"):
            invalid("type", f"must be one of settings, camera, control, scene, admin, not {shown(kind)}")
        if "id" in message:
            invalid("id", "must be absent: the session numbers its requests")
        return cast(m.Ack, await self._request(dict(message)))

    async def _request(self, message: dict[str, Any]) -> Any:
        def send(numbered: dict[str, Any]) -> None:
            assert self._outbox is not None
            self._outbox.put(self._encode(numbered))

        if self._state is SessionState.CLOSED or self._leaving:
            raise ClosedError("the session is closed")
        if self._state is not SessionState.CONNECTED or self._outbox is None:
            raise DisconnectedError(f"not connected: {self._state.value}")
        return await self._requests.ask(message, send)

    def _encode(self, message: dict[str, Any]) -> str:
        try:
            encoded = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            length = len(encoded.encode("utf-8"))
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidError(f"the message cannot be written as JSON: {type(error).__name__}") from None
        most = _DEFAULT_MESSAGE_BYTES if self._welcome is None else self._welcome.limits.message_bytes
        if length > most:
            raise LimitError(f"a message may be at most {most} bytes long, not {length}", "messageBytes")
        return encoded

    # ---- connections

    async def _run(self) -> None:
        failure: CompositorError | None = ClosedError("the session was cancelled")
        try:
            failure = await self._live_on()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("the session failed")
            failure = CompositorError(f"the session failed: {type(error).__name__}", code="ended")
        finally:
            self._end(failure)

    async def _live_on(self) -> CompositorError | None:
        """Connects again and again. Gives what ends the session; None: this program."""
        loop = asyncio.get_running_loop()
        while not self._leaving:
            self._set_state(SessionState.CONNECTING)
            loss = await self._attempt()
            said = self._goodbye
            if self._leaving:
                break
            code = said.code if loss.code == 1006 and said is not None else loss.code
            reason = loss.reason if said is None or loss.code != 1006 and loss.reason else said.reason or loss.reason
            refused = loss.status in (400, 401, 403)
            after = None if said is None or said.reconnect_after is None else said.reconnect_after / 1000
            delay = self._schedule.lost(code, after, loop.time())
            if loss.failure is not None:
                return loss.failure
            if delay is None or refused or not self._options.keep_open:
                return SessionEndedError(f"{reason or 'closed'} (close code {code})", code, loss.status)
            log.info("connection lost (%s, %s), next attempt in %.3f s", code, reason, delay)
            self._last_loss = reason
            self._retry.clear()
            self._set_state(SessionState.WAITING)
            self._tell(m.Reconnecting(code, reason, delay))
            try:
                await asyncio.wait_for(self._retry.wait(), delay)
            except asyncio.TimeoutError:
                pass
        return None

    async def _attempt(self) -> _Loss:
        """One connection, from the first packet to the last."""
        loop = asyncio.get_running_loop()
        self._goodbye = None
        self._give_up = loop.create_future()
        deadline = loop.call_later(
            self._options.connect_timeout,
            self._stop,
            _Loss(1006, f"no welcome within {self._options.connect_timeout} s"),
        )
        socket: Any = None
        tasks: list[asyncio.Task[Any]] = []
        try:
            opening = loop.create_task(self._open())
            tasks.append(opening)
            await asyncio.wait([opening, self._give_up], return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                return self._give_up.result()
            opened = opening.result()
            if isinstance(opened, _Loss):
                return opened
            socket = opened
            self._outbox = Outbox()
            self._outbox.put(self._encode(self._hello()))
            reading = loop.create_task(self._read(socket, deadline))
            tasks += [reading, loop.create_task(self._write(socket, self._outbox))]
            tasks.append(loop.create_task(self._watch()))
            tasks.append(loop.create_task(self._measure()))
            await asyncio.wait([reading, self._give_up], return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else self._give_up.result()
        finally:
            deadline.cancel()
            self._outbox = None
            if self._state is SessionState.CONNECTED:
                self._set_state(SessionState.WAITING)
            self._give_up.cancel()
            for task in tasks:
                task.cancel()
            self._requests.fail(lambda: DisconnectedError("the connection was lost; whether it was done is unknown"))
            if socket is not None:
                self._follow(_close(socket))

    async def _open(self) -> Any:
        key = self._options.key
        try:
            given = key() if callable(key) else key
        except Exception as error:
            return _Loss(1006, f"the key could not be had: {type(error).__name__}")
        if given is not None and not (isinstance(given, str) and given and all("!" <= c <= "~" for c in given)):
            return _Loss(1006, "", failure=InvalidError("key must be characters that a header can carry", "key"))
        try:
            socket = await open_socket(self._options.url, given, self._options.ssl)
        except (OSError, WebSocketException, asyncio.TimeoutError, EOFError) as error:
            status = http_status(error)
            if status is not None:
                return _Loss(1006, f"the server refused the handshake: HTTP {status}", status)
            return _Loss(1006, f"cannot connect: {type(error).__name__}: {error}")
        if socket.subprotocol != SUBPROTOCOL:
            self._follow(_close(socket))
            return _Loss(1006, f"the server does not speak {SUBPROTOCOL}")
        return socket

    def _follow(self, work: Any) -> None:
        """Something that ends by itself soon."""
        task = asyncio.get_running_loop().create_task(work)
        self._followers.add(task)
        task.add_done_callback(self._followers.discard)

    def _hello(self) -> dict[str, Any]:
        hello: dict[str, Any] = {"type": "hello", "id": "hello"}
        display = self._options.display if self._welcome is None else self._welcome.display
        if display is not None:
            hello["display"] = display
        if self._options.user is not None:
            hello["user"] = self._options.user
        hello["connection"] = "keep-open" if self._options.keep_open else "once"
        if self._settings is not None:
            hello["settings"] = self._settings.to_json()
        if self._welcome is not None and self._known.epoch is not None and self._options.keep_open:
            hello["resume"] = {"token": self._welcome.token, "epoch": self._known.epoch, "seq": self._known.seq}
        return hello

    def _stop(self, loss: _Loss) -> None:
        """Gives the connection up."""
        if self._give_up is not None and not self._give_up.done():
            self._give_up.set_result(loss)

    async def _read(self, socket: Any, deadline: asyncio.TimerHandle) -> _Loss:
        loop = asyncio.get_running_loop()
        try:
            while True:
                data = await socket.recv()
                self._heard = loop.time()
                self._received(data)
                if self._state is SessionState.CONNECTED:
                    deadline.cancel()
        except ConnectionClosed as closed:
            code, reason = close_of(closed)
            return _Loss(code, reason)

    async def _write(self, socket: Any, outbox: Outbox) -> None:
        try:
            while True:
                await socket.send(await outbox.take())
        except (ConnectionClosed, OSError):
            # whoever reads says why
            pass

    async def _watch(self) -> None:
        """Gives up a server from which nothing came for too long."""
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        while True:
            timeout = 30.0 if self._welcome is None else self._welcome.heartbeat.timeout / 1000
            left = self._heard + timeout - loop.time()
            if left <= 0:
                self._stop(_Loss(1006, f"nothing received for {timeout} s"))
                return
            await asyncio.sleep(min(left, _LOOK_EVERY))
            self._watch_clock()

    def _end(self, failure: CompositorError | None) -> None:
        if self._state is SessionState.CLOSED:
            return
        self._failure = failure
        self._leaving = True
        self._held.clear()
        self._requests.fail(lambda: ClosedError("the session is closed"))
        if self._repairs is not None:
            self._repairs.cancel()
        self._set_state(SessionState.CLOSED)
        for streams in (self._camera_streams, self._scene_streams, self._message_streams):
            for stream in list(streams):
                stream.end(failure)

    # ---- the clock

    async def _measure(self) -> None:
        """Often at first, while much else goes on, and later as often as the server's heartbeat."""
        while self._state is not SessionState.CONNECTED:
            await self._next_change()
        count = 0
        while self._outbox is not None and self._welcome is not None:
            self._watch_clock()
            self._outbox.put(json.dumps({"type": "ping", "t0": local_now()}))
            usual = self._welcome.heartbeat.interval / 1000
            pause = min(usual, 0.1 if count < 5 else 1.0 if count < 20 else usual)
            count += 1
            try:
                await asyncio.wait_for(self._measure_now.wait(), pause)
                self._measure_now.clear()
                count = 0
            except asyncio.TimeoutError:
                pass

    def _watch_clock(self) -> None:
        """Looks whether the local clock stood still for a while: then what was measured counts no more."""
        ahead = wall_ahead()
        jump, self._wall_ahead = ahead - self._wall_ahead, ahead
        if abs(jump) < _CLOCK_JUMP or self._clock.offset is None:
            return
        self.stats.clock_jumps += 1
        self._rough_offset = round(self._clock.offset_at(local_now()) or 0)
        self._clock.reset()
        self._measured_since = local_now()
        self._measure_now.set()
        if self._welcome is not None:
            # nobody knows whether the connection outlived it
            silent = self._welcome.heartbeat.timeout / 1000 - _AFTER_SLEEP
            self._heard = min(self._heard, asyncio.get_running_loop().time() - max(0.0, silent))

    # ---- what comes in

    def _ignore(self, why: str) -> None:
        self.stats.ignored += 1
        log.debug("ignored: %s", why)

    def _received(self, data: Any) -> None:
        self.stats.received += 1
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
        if self._state is not SessionState.CONNECTED and kind not in ("welcome", "error", "goodbye"):
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
                self._scene_torn()
            return
        if told is not None:
            self._tell(told, len(data))

    def _tell(self, message: Message, size: int = 0) -> None:
        for stream in list(self._message_streams):
            if stream.wants(message):
                stream.put("", message, size)

    def _on_welcome(self, message: dict[str, Any]) -> Message | None:
        welcome = m.welcome_of(message)
        if self._state is SessionState.CONNECTED:
            self._ignore("a second welcome")
            return None
        resumed = welcome.resumed and self._welcome is not None
        self._welcome = welcome
        self._wall = welcome.wall
        self.stats.connects += 1
        self._schedule.welcomed()
        self._clock.reset()
        self._rough_offset = welcome.time - local_now()
        self._wall_ahead = wall_ahead()
        self._measured_since = local_now()
        stood = self._stands
        if resumed:
            self.stats.resumes += 1
        else:
            self._known.begin(welcome.epoch, welcome.seq)
            if self._subscription == Subscription():
                self._retain()
        self._set_state(SessionState.CONNECTED)
        log.info("connected as display %s, resumed: %s", welcome.display, resumed)
        wanted = self._subscription != Subscription()
        if resumed and not stood:
            # the server may have heard the last subscription or not, and its snapshot is lost: from the beginning
            self._put({"type": "unsubscribe"})
        if wanted and not (resumed and stood):
            self._stands = False
            self._follow(self._subscribe_again())
        else:
            self._stands = True
        self._drive_held()
        return welcome

    async def _subscribe_again(self) -> None:
        try:
            await self._send_subscription()
        except (DisconnectedError, ClosedError):
            pass
        except CompositorError as error:
            self._tell(m.Refusal(error.code, error.message, error.field))

    def _put(self, message: dict[str, Any]) -> None:
        if self._outbox is not None:
            self._outbox.put(self._encode(message))

    def _on_ack(self, message: dict[str, Any]) -> Message:
        ack = m.ack_of(message)
        if self._requests.ack(ack):
            self._retain()
        return ack

    def _retain(self) -> None:
        wanted = self._subscription
        self._known.retain(wanted.cameras, wanted.walls, wanted.scene, wanted.presence)

    def _on_error(self, message: dict[str, Any]) -> Message | None:
        refusal = m.refusal_of(message)
        error = error_of(refusal.code, refusal.message, refusal.field)
        if refusal.id == "hello" and self._state is not SessionState.CONNECTED:
            # what is wrong with this hello stays wrong; only a server that is not ready is worth another attempt
            again = refusal.code in ("unavailable", "limit")
            self._stop(_Loss(1006, refusal.message, failure=None if again else error))
            return refusal
        return None if self._requests.refuse(refusal.id, error) else refusal

    def _on_snapshot(self, message: dict[str, Any]) -> Message:
        try:
            scene, torn = m.scene_in(message), False
        except InvalidError as error:
            self._ignore(f"scene of the snapshot: {error}")
            scene, torn = None, True
        snapshot = m.snapshot_of(message, scene)
        for update in self._known.snapshot(snapshot):
            self._show(update)
        if scene is not None:
            self._show_scene()
        self._requests.snapshot(snapshot)
        if torn:
            self._scene_torn()
        return snapshot

    def _on_camera(self, message: dict[str, Any]) -> Message | None:
        update = m.camera_of(message)
        if not self._known.camera(update):
            self.stats.stale += 1
            return None
        self._show(update)
        return update

    def _show(self, update: CameraUpdate) -> None:
        for stream in list(self._camera_streams):
            if stream.wants(update.camera):
                stream.put(update.camera, update, 512)

    def _show_scene(self) -> None:
        if self._known.scene is not None:
            for stream in list(self._scene_streams):
                stream.put("", self._known.scene)

    def _on_removed(self, message: dict[str, Any]) -> Message:
        removed = m.CameraRemoved(integer(message.get("seq"), "seq"), camera_name(message.get("camera")))
        self._known.removed(removed)
        for stream in list(self._camera_streams):
            stream.forget(removed.camera)
        return removed

    def _on_control(self, message: dict[str, Any]) -> Message:
        control = m.control_of(message)
        self._known.controls(control)
        return control

    def _on_scene(self, message: dict[str, Any]) -> Message | None:
        seq = integer(message.get("seq"), "seq")
        self._known.served(seq)
        change = m.scene_change_of(message)
        moved = change.camera is not None and self._known.camera(change.camera)
        try:
            news = self._known.transaction(change)
        finally:
            if moved and change.camera is not None:
                self._show(change.camera)
        if not news:
            self.stats.stale += 1
            return None
        self._show_scene()
        self._set_state(self._state)
        return change

    def _on_display(self, message: dict[str, Any]) -> Message:
        display = m.display_of(message)
        self._known.display(display)
        return display

    def _on_wall(self, message: dict[str, Any]) -> Message | None:
        wall = m.wall_of(message)
        return wall if self._known.wall(wall) else None

    def _on_wall_removed(self, message: dict[str, Any]) -> Message:
        removed = m.WallRemoved(integer(message.get("seq"), "seq"), display_name(message.get("wall"), "wall"))
        self._known.wall_removed(removed)
        return removed

    def _on_assigned(self, message: dict[str, Any]) -> Message:
        assigned = m.assigned_of(message)
        self._wall = assigned.wall
        return assigned

    def _on_heartbeat(self, message: dict[str, Any]) -> Message:
        heartbeat = m.heartbeat_of(message)
        self._known.served(heartbeat.seq)
        self._set_state(self._state)
        return heartbeat

    def _on_pong(self, message: dict[str, Any]) -> Message | None:
        pong = m.pong_of(message)
        if pong.t0 < self._measured_since:
            return None
        if not self._clock.add(pong.t0, pong.t1, pong.t2, local_now()):
            self._ignore("pong with impossible times")
            return None
        return pong

    def _on_gap(self, message: dict[str, Any]) -> Message:
        gap = m.gap_of(message)
        self.stats.gaps += 1
        return gap

    def _on_goodbye(self, message: dict[str, Any]) -> Message:
        self._goodbye = m.goodbye_of(message)
        asyncio.get_running_loop().call_later(_GOODBYE_LIMIT, self._missing_close, self._give_up)
        return self._goodbye

    def _missing_close(self, attempt: asyncio.Future[_Loss]) -> None:
        if attempt is self._give_up:
            self._stop(_Loss(1006, "no close after goodbye"))

    _HANDLERS: Mapping[str, Callable[[Session, dict[str, Any]], Union[Message, None]]] = {
        "welcome": _on_welcome,
        "ack": _on_ack,
        "error": _on_error,
        "snapshot": _on_snapshot,
        "camera": _on_camera,
        "camera-removed": _on_removed,
        "control": _on_control,
        "scene": _on_scene,
        "display": _on_display,
        "wall": _on_wall,
        "wall-removed": _on_wall_removed,
        "assigned": _on_assigned,
        "asked": lambda self, message: m.asked_of(message),
        "notice": lambda self, message: m.notice_of(message),
        "heartbeat": _on_heartbeat,
        "pong": _on_pong,
        "gap": _on_gap,
        "goodbye": _on_goodbye,
    }

    # ---- a scene that does not fit

    def _scene_torn(self) -> None:
        """What is known of the scene is not what the server has: it is asked for again, at most every 5 s."""
        self._known.scene = None
        if self._subscription.scene and (self._repairs is None or self._repairs.done()):
            self._repairs = asyncio.get_running_loop().create_task(self._repair_scene())

    async def _repair_scene(self) -> None:
        loop = asyncio.get_running_loop()
        while self._subscription.scene and self._known.scene is None:
            await asyncio.sleep(max(0.0, self._repaired_at + _REPAIR_INTERVAL - loop.time()))
            if self._state is not SessionState.CONNECTED:
                await self._next_change()
                continue
            self._repaired_at = loop.time()
            self._stands = False
            self.stats.repairs += 1
            # a snapshot holds what is newly subscribed: so the scene is left out, and at once taken in again
            self._put({"type": "subscribe", **replace(self._subscription, scene=False).to_json()})
            try:
                await self._send_subscription()
            except CompositorError as error:
                log.debug("the scene could not be had: %s", error.code)


async def _close(socket: Any) -> None:
    """Lets go of a socket; where it does not end in time, without a word."""
    try:
        await asyncio.wait_for(socket.close(_CLOSE_SILENT, ""), 3.0)
    except (ConnectionClosed, OSError, asyncio.TimeoutError):
        socket.transport.abort()


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _names(names: Any, field: str, check: Callable[[Any, str], str]) -> tuple[str, ...]:
    if isinstance(names, str):
        invalid(field, f"must be a list of names, not the text {shown(names)}")
    listed = tuple(names)
    if listed == ("*",):
        return listed
    return tuple(check(name, f"{field}[{i}]") for i, name in enumerate(listed))


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        # without the address in the message: somebody may have put a key into it
        invalid("url", "must be ws://HOST... or wss://HOST..., without user and fragment")
    return url


def _camera_message(
    camera: str, view: View, time: int | None, sample: int | None, cut: bool, timecode: str | None
) -> dict[str, Any]:
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
        if len(timecode) > 32:
            invalid("timecode", f"must be a text of at most 32 characters, not {len(timecode)}")
        message["timecode"] = timecode
    return message
