"""A session with a server: it reconnects, resumes, and keeps the newest state."""

from __future__ import annotations

import asyncio
import logging
import random as _random
import ssl as tls
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from . import messages as m
from ._checks import camera_name, display_name, integer, invalid, one_of, positive, present, shown
from ._checks import names as checked_names
from ._connection import Address, Connection, Key, Loss
from ._driving import Driving, camera_message
from ._incoming import Incoming
from ._requests import PendingRequests
from ._server_clock import ServerClock
from ._state import KnownState
from ._streams import EveryStream, NewestStream, Stream, Streams
from .clock import ClockFilter
from .errors import ClosedError, CompositorError, DisconnectedError, RequestTimeoutError
from .messages import CameraUpdate, Control, Display, DisplaySettings, Playback, Snapshot, Wall, Welcome
from .scene import CameraMove, SceneOp, SceneState
from .subscription import SessionState, Stats, Subscription
from .tiles import TileOp, TilesState
from .views import View

__all__ = ["Key", "Session", "connect"]

log = logging.getLogger("compositor_bridge")

T = TypeVar("T")

_REPAIR_INTERVAL = 5.0
_DEFAULT_MESSAGE_BYTES = 65_536
_DEFAULT_SILENCE = 30.0


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
    keep_open = one_of(connection, "connection", "keep-open", "once") == "keep-open"
    address = Address(_address(url), key, ssl, connect_timeout, keep_open)
    requests = PendingRequests(max_outstanding, request_timeout)
    return Session(address, display, user, settings, subscription or Subscription(), requests, drive_hold, random)


class Session:
    """A session with a server; :func:`connect` makes it.

    It stays: lost connections are replaced, the session is resumed or, if it is gone, built up again, until
    :meth:`close` or a close code that forbids it. All methods belong to the event loop in which it was opened.
    """

    def __init__(
        self,
        address: Address,
        display: str | None,
        user: str | None,
        settings: DisplaySettings | None,
        subscription: Subscription,
        requests: PendingRequests,
        drive_hold: float,
        random: Callable[[], float],
    ) -> None:
        self._address = address
        self._display = display
        self._user = user
        self._settings = settings
        self._subscription = subscription
        # whether the server is known to have the subscription, and we its snapshot
        self._stands = subscription == Subscription()
        self._requests = requests
        #: Counts since the session began.
        self.stats = Stats()
        self._known = KnownState()
        self._clock = ServerClock()
        self._streams = Streams()
        life = _Life(self)
        self._connection = Connection(address, random, life)
        self._incoming = Incoming(life, self._known, self._clock, requests, self._streams, self.stats)
        self._driving = Driving(drive_hold, self._connection.encode, self.stats)
        self._state = SessionState.IDLE
        self._welcome: Welcome | None = None
        self._wall: str | None = None
        self._failure: CompositorError | None = None
        self._last_loss = ""
        self._changed = asyncio.Event()
        self._main: asyncio.Task[None] | None = None
        self._repairs: asyncio.Task[None] | None = None
        self._tile_repairs: asyncio.Task[None] | None = None
        self._repaired_at = float("-inf")

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
            await self.ready(self._address.limit)
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
        """Says ``bye`` and ends the session for good; takes at most about 4 s."""
        self._connection.leave()
        if self._main is None:
            self._end(None)
        else:
            await asyncio.shield(self._main)
            await self._connection.settled()

    async def wait_closed(self) -> None:
        """Waits until the session has ended. Raises what ended it, unless this program closed it."""
        while self._state is not SessionState.CLOSED:
            await self._next_change()
        if self._failure is not None:
            raise self._failure

    def retry(self) -> None:
        """Tries at once where the session waits for its next attempt."""
        self._connection.retry()

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
    def tiles(self) -> TilesState | None:
        """All tilesets and their tiles; None as long as they are not subscribed to, or did not all come."""
        return None if self._known.following > 0 else self._known.tiles

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
        return self._clock.filter

    def now(self) -> int:
        """The server's clock in microseconds since the Unix epoch; before a measurement what it said with welcome."""
        self._watch_clock()
        return self._clock.now()

    def _watch_clock(self) -> None:
        if self._state is SessionState.CONNECTED and self._clock.watch():
            self.stats.clock_jumps += 1
            self._connection.slept()

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
        wanted = checked_names(names or ("*",), "cameras", camera_name)
        every = (delivery or self._subscription.delivery) == "every"

        def wants(camera: str) -> bool:
            return "*" in wanted or camera in wanted

        async def begin(stream: Stream[CameraUpdate]) -> None:
            for update in list(self._known.cameras.values()):
                if wants(update.camera):
                    cast(Any, stream).put(update.camera, update)
            self._streams.of_cameras(stream)
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
            if self._known.scene is not None:
                cast("NewestStream[SceneState]", stream).put("", self._known.scene)
            self._streams.of_scenes(stream)
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
        self._streams.of_messages(stream)
        return stream

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
        message = camera_message(camera, view, time, sample, cut, timecode)
        self._driving.forget(camera)
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
        message = camera_message(camera, view, time, sample, cut, timecode)
        outbox = self._connection.outbox
        if self._state is SessionState.CONNECTED and outbox is not None and not self._connection.leaving:
            self._driving.send(message, outbox)
        elif self._state is not SessionState.CLOSED:
            self._driving.hold(message)

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

    # ---- what plays

    async def replay(
        self,
        playback: str,
        action: str,
        *,
        position: int | None = None,
        entries: int | None = None,
        camera: str | None = None,
        between: tuple[int, int] | None = None,
        on: bool | None = None,
        speed: float | None = None,
    ) -> Playback:
        """Puts a hand on what plays, for role ``control``, and gives where it is then.

        playback: the name of the camera source that it plays as.
        action: ``play``, ``pause``, ``seek`` (to ``position``), ``step`` (so many ``entries``, 1 by default, below 0
            back; of one ``camera`` if given), ``loop`` (``between`` two positions, or ``on``: all of it, or once) or
            ``speed`` (a factor).

        Positions are microseconds since the beginning of the recording. Raises NotFoundError where there is no such
        playback, or no further entry. A server that knows no replay answers with an error ``unknown-type``.
        """
        start, end = (None, None) if between is None else between
        fields = present(entries=entries, on=on, speed=speed, position=position, camera=camera, to=end)
        if start is not None:
            fields["from"] = start
        one_of(action, "action", "play", "pause", "seek", "step", "loop", "speed")
        message = {"type": "replay", "playback": display_name(playback, "playback"), "action": action, **fields}
        ack = cast(m.Ack, await self._request(message))
        if not ack.playbacks:
            invalid("playbacks", "must have the playback that was asked for")
        return ack.playbacks[0]

    async def playbacks(self) -> tuple[Playback, ...]:
        """What plays, and where it is: asks the server once. All playbacks, by name."""
        return cast(m.Ack, await self._request({"type": "replay", "action": "list"})).playbacks

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

    async def change_tiles(
        self, ops: Iterable[TileOp], *, scene: Iterable[SceneOp] = (), camera: CameraMove | None = None
    ) -> int | None:
        """Changes tiles, and if wanted the scene and a camera, as one transaction: all or nothing, in one frame.

        Gives the number in the sequence. Raises NotFoundError where an operation names a tileset that is not there.
        """
        message: dict[str, Any] = {"type": "tiles", "ops": [op.to_json() for op in ops]}
        scene_ops = [op.to_json() for op in scene]
        if scene_ops:
            message["scene"] = scene_ops
        if camera is not None:
            message["camera"] = camera.to_json()
        return cast(m.Ack, await self._request(message)).seq

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
            await asyncio.wait_for(reached(), self._requests.limit)
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
            invalid("type", f"must be one of settings, camera, control, scene, tiles, replay, admin, not {shown(kind)}")
        if "id" in message:
            invalid("id", "must be absent: the session numbers its requests")
        return cast(m.Ack, await self._request(dict(message)))

    async def _request(self, message: dict[str, Any]) -> Any:
        if self._state is SessionState.CLOSED or self._connection.leaving:
            raise ClosedError("the session is closed")
        if self._state is not SessionState.CONNECTED:
            raise DisconnectedError(f"not connected: {self._state.value}")
        return await self._requests.ask(message, self._connection.send)

    # ---- what its parts tell

    async def _run(self) -> None:
        failure: CompositorError | None = ClosedError("the session was cancelled")
        try:
            failure = await self._connection.run()
        except Exception as error:
            log.exception("the session failed")
            failure = CompositorError(f"the session failed: {type(error).__name__}", code="ended")
        finally:
            self._end(failure)

    def _end(self, failure: CompositorError | None) -> None:
        if self._state is SessionState.CLOSED:
            return
        self._failure = failure
        self._driving.forget()
        self._requests.fail(lambda: ClosedError("the session is closed"))
        for repairs in (self._repairs, self._tile_repairs):
            if repairs is not None:
                repairs.cancel()
        self._set_state(SessionState.CLOSED)
        self._streams.end(failure)

    def _hello(self) -> dict[str, Any]:
        hello: dict[str, Any] = {"type": "hello", "id": "hello"}
        display = self._display if self._welcome is None else self._welcome.display
        if display is not None:
            hello["display"] = display
        if self._user is not None:
            hello["user"] = self._user
        hello["connection"] = "keep-open" if self._address.keep_open else "once"
        if self._settings is not None:
            hello["settings"] = self._settings.to_json()
        if self._welcome is not None and self._known.epoch is not None and self._address.keep_open:
            hello["resume"] = {"token": self._welcome.token, "epoch": self._known.epoch, "seq": self._known.seq}
        return hello

    def _welcomed(self, welcome: Welcome) -> None:
        resumed = welcome.resumed and self._welcome is not None
        if self._known.following > 0:
            # what belonged to a snapshot and did not come does not come any more
            self._stands = False
        stood = self._stands
        self._welcome = welcome
        self._wall = welcome.wall
        self.stats.connects += 1
        self._connection.welcomed(welcome.hosts)
        self._clock.welcomed(welcome.time)
        if resumed:
            self.stats.resumes += 1
        else:
            self._known.begin(welcome.epoch, welcome.seq)
            if self._subscription == Subscription():
                self._retain()
        self._set_state(SessionState.CONNECTED)
        log.info("connected as display %s, resumed: %s", welcome.display, resumed)
        if resumed and not stood:
            # the server may have heard the last subscription or not, and its snapshot is lost: from the beginning
            self._connection.send({"type": "unsubscribe"})
        self._stands = resumed and stood or self._subscription == Subscription()
        if not self._stands:
            self._connection.beside(self._subscribe_again())
        if self._connection.outbox is not None:
            self._driving.flush(self._connection.outbox)

    async def _subscribe_again(self) -> None:
        try:
            await self._send_subscription()
        except (DisconnectedError, ClosedError):
            pass
        except CompositorError as error:
            self._streams.message(m.Refusal(error.code, error.message, error.field))

    def _retain(self) -> None:
        wanted = self._subscription
        self._known.retain(wanted.cameras, wanted.walls, wanted.scene, wanted.presence, wanted.tiles)

    async def _measure(self) -> None:
        """Beside each connection."""
        while self._state is not SessionState.CONNECTED:
            await self._next_change()
        assert self._welcome is not None

        def ping(t0: int) -> None:
            self._watch_clock()
            self._connection.send({"type": "ping", "t0": t0})

        await self._clock.measure(ping, self._welcome.heartbeat.interval / 1000)

    # ---- a scene that does not fit

    def _scene_torn(self) -> None:
        """What is known of the scene is not what the server has: it is asked for again, at most every 5 s."""
        if self._subscription.scene and (self._repairs is None or self._repairs.done()):
            self._repairs = self._repairing(lambda: self._subscription.scene and self._known.scene is None, "scene")

    def _tiles_torn(self) -> None:
        """The same of tiles."""
        if self._subscription.tiles and (self._tile_repairs is None or self._tile_repairs.done()):
            self._tile_repairs = self._repairing(
                lambda: self._subscription.tiles and self._known.tiles is None, "tiles"
            )

    def _repairing(self, missing: Callable[[], bool], part: str) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(self._repair(missing, part))

    async def _repair(self, missing: Callable[[], bool], part: str) -> None:
        loop = asyncio.get_running_loop()
        while missing():
            await asyncio.sleep(max(0.0, self._repaired_at + _REPAIR_INTERVAL - loop.time()))
            if self._state is not SessionState.CONNECTED:
                await self._next_change()
                continue
            self._repaired_at = loop.time()
            self._stands = False
            self.stats.repairs += 1
            # a snapshot holds what is newly subscribed: so the part is left out, and at once taken in again
            without = replace(self._subscription, scene=part != "scene" and self._subscription.scene)
            without = replace(without, tiles=part != "tiles" and self._subscription.tiles)
            self._connection.send({"type": "subscribe", **without.to_json()})
            try:
                await self._send_subscription()
            except CompositorError as error:
                log.debug("the %s could not be had: %s", part, error.code)


class _Life:
    """What the parts of a session need of it, beside what a program sees."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def welcomed(self) -> bool:
        return self._session._state is SessionState.CONNECTED

    @property
    def message_bytes(self) -> int:
        welcome = self._session._welcome
        return _DEFAULT_MESSAGE_BYTES if welcome is None else welcome.limits.message_bytes

    @property
    def silence(self) -> float:
        welcome = self._session._welcome
        return _DEFAULT_SILENCE if welcome is None else welcome.heartbeat.timeout / 1000

    def opening(self) -> None:
        self._session._set_state(SessionState.CONNECTING)

    def hello(self) -> dict[str, Any]:
        return self._session._hello()

    def received(self, data: Any) -> None:
        self._session._watch_clock()
        self._session._incoming.received(data)

    async def follow(self) -> None:
        await self._session._measure()

    def dropped(self) -> None:
        if self.welcomed:
            self._session._set_state(SessionState.WAITING)
        self._session._requests.fail(
            lambda: DisconnectedError("the connection was lost; whether it was done is unknown")
        )

    def waiting(self, code: int, reason: str, delay: float) -> None:
        self._session._last_loss = reason
        self._session._set_state(SessionState.WAITING)
        self._session._streams.message(m.Reconnecting(code, reason, delay))

    def on_welcome(self, welcome: Welcome) -> None:
        self._session._welcomed(welcome)

    def hello_refused(self, error: CompositorError) -> None:
        # what is wrong with this hello stays wrong; only a server that is not ready is worth another attempt
        again = error.code in ("unavailable", "limit")
        self._session._connection.give_up(Loss(1006, error.message, failure=None if again else error))

    def granted(self) -> None:
        self._session._retain()

    def assigned(self, wall: str | None) -> None:
        self._session._wall = wall

    def said_goodbye(self, goodbye: m.Goodbye) -> None:
        self._session._connection.said_goodbye(goodbye)

    def scene_torn(self) -> None:
        self._session._scene_torn()

    def tiles_torn(self) -> None:
        self._session._tiles_torn()

    def advanced(self) -> None:
        self._session._set_state(self._session._state)


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        # without the address in the message: somebody may have put a key into it
        invalid("url", "must be ws://HOST... or wss://HOST..., without user and fragment")
    return url
