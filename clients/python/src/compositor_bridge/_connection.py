"""The connection: attempts, what is sent, silence, loss, and when to come back. One socket at a time."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl as tls
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, Union

from ._outbox import Outbox
from ._reconnect import HostRing, ReconnectSchedule
from ._socket import SUBPROTOCOL, ConnectionClosed, WebSocketException, close_of, http_status, open_socket
from .errors import CompositorError, InvalidError, LimitError, SessionEndedError
from .messages import Goodbye

log = logging.getLogger("compositor_bridge")

#: An API key, or what gives it at each attempt to connect; None: without a key.
Key = Union[str, Callable[[], Union[str, None]], None]

# Close code of this client for a server that went silent; 1000 would end the session.
_CLOSE_SILENT = 4000
# How long a server may take to close after ``bye``.
BYE_LIMIT = 2.0
# How long after its goodbye a server may take to close.
_GOODBYE_LIMIT = 5.0
# How often silence is looked for.
_LOOK_EVERY = 1.0
# How long a server may take to say that the connection outlived a sleep of the machine.
_AFTER_SLEEP = 5.0


@dataclass(frozen=True)
class Address:
    """Where to, and with what."""

    url: str
    key: Key = field(repr=False)
    ssl: tls.SSLContext | None
    #: Seconds of an attempt, up to the welcome.
    limit: float
    #: Whether the session outlives its connection.
    keep_open: bool


@dataclass(frozen=True)
class Loss:
    """How a connection, or an attempt, ended. failure: what ends the session whatever the code says."""

    code: int
    reason: str
    status: int | None = None
    failure: CompositorError | None = None


class Host(Protocol):
    """What the connection needs of its session."""

    @property
    def welcomed(self) -> bool:
        """Whether the server said welcome on this connection."""

    @property
    def message_bytes(self) -> int:
        """How long a message may be."""

    @property
    def silence(self) -> float:
        """After how many seconds without a message the server is given up."""

    def opening(self) -> None:
        """An attempt begins."""

    def hello(self) -> dict[str, Any]:
        """The first message."""

    def received(self, data: Any) -> None:
        """A message came."""

    async def follow(self) -> None:
        """Runs beside a connection, and is cancelled with it."""

    def dropped(self) -> None:
        """The connection is given up; nothing that was asked will be answered."""

    def waiting(self, code: int, reason: str, delay: float) -> None:
        """The next attempt comes after ``delay`` seconds."""


class Connection:
    """Of a session, over all its sockets."""

    def __init__(self, address: Address, random: Callable[[], float], host: Host) -> None:
        self._address = address
        self._host = host
        self._random = random
        self._schedule = ReconnectSchedule(random)
        self._hosts = HostRing(address.url)
        self._outbox: Outbox | None = None
        self._give_up: asyncio.Future[Loss] | None = None
        self._retry = asyncio.Event()
        self._goodbye: Goodbye | None = None
        self._heard = 0.0
        self._leaving = False
        self._tasks: set[asyncio.Task[Any]] = set()

    # ---- what is sent

    @property
    def outbox(self) -> Outbox | None:
        """What waits to be sent, while there is a connection."""
        return self._outbox

    def send(self, message: dict[str, Any]) -> None:
        """Sends it if there is a connection. Raises LimitError and InvalidError."""
        if self._outbox is not None:
            self._outbox.put(self.encode(message))

    def encode(self, message: dict[str, Any]) -> str:
        try:
            encoded = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            length = len(encoded.encode("utf-8"))
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidError(f"the message cannot be written as JSON: {type(error).__name__}") from None
        most = self._host.message_bytes
        if length > most:
            raise LimitError(f"a message may be at most {most} bytes long, not {length}", "messageBytes")
        return encoded

    # ---- life

    def welcomed(self, hosts: tuple[str, ...]) -> None:
        """The next loss starts anew. hosts: where the session can go on."""
        self._schedule.welcomed()
        self._hosts.welcomed(hosts)

    def slept(self) -> None:
        """The machine slept. Of what happened meanwhile nobody knows: the server may have closed."""
        now = asyncio.get_running_loop().time()
        self._heard = min(self._heard, now - max(0.0, self._host.silence - _AFTER_SLEEP))

    def said_goodbye(self, goodbye: Goodbye) -> None:
        """The server will close, and says when to come back."""
        self._goodbye = goodbye
        attempt = self._give_up

        def missing() -> None:
            if attempt is self._give_up:
                self.give_up(Loss(1006, "no close after goodbye"))

        asyncio.get_running_loop().call_later(_GOODBYE_LIMIT, missing)

    def give_up(self, loss: Loss) -> None:
        """Ends the present connection or attempt."""
        if self._give_up is not None and not self._give_up.done():
            self._give_up.set_result(loss)

    def retry(self) -> None:
        """Makes the next attempt at once."""
        self._retry.set()

    @property
    def leaving(self) -> bool:
        """Whether the program ends the session."""
        return self._leaving

    def leave(self) -> None:
        """Ends the session: :meth:`run` ends when the server has closed, or after 2 s."""
        if self._leaving:
            return
        self._leaving = True
        self._retry.set()
        if self._host.welcomed and self._outbox is not None:
            self._outbox.put('{"type":"bye"}')
            asyncio.get_running_loop().call_later(BYE_LIMIT, self.give_up, Loss(1006, "no close after bye"))
        else:
            self.give_up(Loss(1006, "closed by this program"))

    def beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs something that ends by itself soon."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Waits until sockets that were given up are closed, for at most 2 s."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=BYE_LIMIT)

    async def run(self) -> CompositorError | None:
        """Connects again and again. Gives what ends the session; None: this program."""
        loop = asyncio.get_running_loop()
        while not self._leaving:
            self._host.opening()
            loss = await self._attempt()
            if self._leaving:
                break
            if loss.failure is not None:
                return loss.failure
            code, reason = self._cause(loss)
            said = self._goodbye
            after = None if said is None or said.reconnect_after is None else said.reconnect_after / 1000
            first = self._hosts.lost(code)
            delay = self._schedule.lost(code, after, loop.time())
            if first and delay is not None:
                delay = 0.1 * self._random()
            if delay is None or not self._address.keep_open or loss.status in (400, 401, 403):
                return SessionEndedError(f"{reason or 'closed'} (close code {code})", code, loss.status)
            log.info("connection lost (%s, %s), next attempt in %.3f s", code, reason, delay)
            self._retry.clear()
            self._host.waiting(code, reason, delay)
            try:
                await asyncio.wait_for(self._retry.wait(), delay)
            except asyncio.TimeoutError:
                pass
        return None

    def _cause(self, loss: Loss) -> tuple[int, str]:
        """The close may be lost on the way; then the goodbye tells."""
        said = self._goodbye
        if said is None:
            return loss.code, loss.reason
        if loss.code == 1006:
            return said.code, said.reason or loss.reason
        return loss.code, loss.reason or said.reason

    async def _attempt(self) -> Loss:
        """One connection, from the first packet to the last."""
        loop = asyncio.get_running_loop()
        self._goodbye = None
        give_up: asyncio.Future[Loss] = loop.create_future()
        self._give_up = give_up
        limit = self._address.limit
        deadline = loop.call_later(limit, self._no_welcome, Loss(1006, f"no welcome within {limit} s"))
        socket: Any = None
        opening = loop.create_task(self._open())
        tasks: list[asyncio.Task[Any]] = [opening]
        try:
            await asyncio.wait([opening, give_up], return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                return give_up.result()
            opened = opening.result()
            if isinstance(opened, Loss):
                return opened
            socket = opened
            self._outbox = Outbox()
            self.send(self._host.hello())
            reading = loop.create_task(self._read(socket))
            tasks += [reading, loop.create_task(self._write(socket, self._outbox))]
            tasks += [loop.create_task(self._watch()), loop.create_task(self._host.follow())]
            await asyncio.wait([reading, give_up], return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else give_up.result()
        finally:
            deadline.cancel()
            self._outbox = None
            give_up.cancel()
            for task in tasks:
                task.cancel()
            if socket is not None:
                self.beside(_close(socket))
            self._host.dropped()

    def _no_welcome(self, loss: Loss) -> None:
        if not self._host.welcomed:
            self.give_up(loss)

    async def _open(self) -> Any:
        key = self._address.key
        try:
            given = key() if callable(key) else key
        except Exception as error:
            return Loss(1006, f"the key could not be had: {type(error).__name__}")
        if given is not None and not (isinstance(given, str) and given and all("!" <= c <= "~" for c in given)):
            return Loss(1006, "", failure=InvalidError("key must be characters that a header can carry", "key"))
        try:
            socket = await open_socket(self._hosts.current, given, self._address.ssl)
        except (OSError, WebSocketException, asyncio.TimeoutError, EOFError) as error:
            status = http_status(error)
            if status is not None:
                return Loss(1006, f"the server refused the handshake: HTTP {status}", status)
            return Loss(1006, f"cannot connect: {type(error).__name__}: {error}")
        if socket.subprotocol != SUBPROTOCOL:
            self.beside(_close(socket))
            return Loss(1006, f"the server does not speak {SUBPROTOCOL}")
        return socket

    async def _read(self, socket: Any) -> Loss:
        loop = asyncio.get_running_loop()
        try:
            while True:
                data = await socket.recv()
                self._heard = loop.time()
                self._host.received(data)
        except ConnectionClosed as closed:
            return Loss(*close_of(closed))

    @staticmethod
    async def _write(socket: Any, outbox: Outbox) -> None:
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
            silence = self._host.silence
            left = self._heard + silence - loop.time()
            if left <= 0:
                self.give_up(Loss(1006, f"nothing received for {silence} s"))
                return
            await asyncio.sleep(min(left, _LOOK_EVERY))


async def _close(socket: Any) -> None:
    """Lets go of a socket; where it does not end in time, without a word."""
    try:
        await asyncio.wait_for(socket.close(_CLOSE_SILENT, ""), 3.0)
    except (ConnectionClosed, OSError, asyncio.TimeoutError):
        socket.transport.abort()
