"""A WebSocket server (RFC 6455) on plain sockets that does what a test says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import struct
from typing import Any

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LIMIT = 60.0


class Closed(Exception):
    """The client's side of the connection ended."""


class Peer:
    """One connection of a client."""

    def __init__(self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self.headers: dict[str, str] = {}
        self.messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.close_code: int | None = None

    async def shake_hands(self) -> bool:
        request = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.request_line = request[0]
        for line in request[1:]:
            if ":" in line:
                name, value = line.split(":", 1)
                self.headers[name.strip().lower()] = value.strip()
        refusal = self._server.refusal()
        if refusal is not None:
            self._writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return False
        accept = base64.b64encode(hashlib.sha1(self.headers["sec-websocket-key"].encode() + GUID).digest())
        selected = self.headers.get("sec-websocket-protocol", "").split(",")[0].strip()
        self._writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n"
            + (f"Sec-WebSocket-Protocol: {selected}\r\n".encode() if self._server.selects else b"") + b"\r\n"
        )
        return True

    async def read(self) -> None:
        try:
            while True:
                first, second = await self._reader.readexactly(2)
                length = second & 0x7F
                if length == 126:
                    (length,) = struct.unpack("!H", await self._reader.readexactly(2))
                elif length == 127:
                    (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
                mask = await self._reader.readexactly(4)
                payload = bytes(b ^ mask[i & 3] for i, b in enumerate(await self._reader.readexactly(length)))
                if first & 0x0F == 8:
                    self.close_code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
                    self.frame(0x88, payload)
                    return
                if first & 0x0F == 1:
                    self._took(json.loads(payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.messages.put_nowait(None)

    def _took(self, message: dict[str, Any]) -> None:
        if message["type"] == "ping":
            answer = self._server.pong(message["t0"])
            if answer is not None:
                self.send(answer)
        else:
            self.messages.put_nowait(message)

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        """The client's next message, but for pings."""
        message = await asyncio.wait_for(self.messages.get(), LIMIT)
        if message is None:
            self.messages.put_nowait(None)
            raise Closed
        assert kind is None or message["type"] == kind, f"{kind} expected, not {message}"
        return message

    def give_back(self, message: dict[str, Any]) -> None:
        """The message is the next one again."""
        left = [message]
        while not self.messages.empty():
            left.append(self.messages.get_nowait())  # type: ignore[arg-type]
        for each in left:
            self.messages.put_nowait(each)

    async def ends(self) -> None:
        """Waits until the client's side ended."""
        try:
            while True:
                await self.next()
        except Closed:
            pass

    def send(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.frame(0x81, text.encode("utf-8"))

    def frame(self, first: int, payload: bytes) -> None:
        head = bytes([first])
        if len(payload) < 126:
            head += bytes([len(payload)])
        elif len(payload) < 65_536:
            head += b"\x7e" + struct.pack("!H", len(payload))
        else:
            head += b"\x7f" + struct.pack("!Q", len(payload))
        self._writer.write(head + payload)

    def close(self, code: int, reason: str = "") -> None:
        self.frame(0x88, struct.pack("!H", code) + reason.encode())

    def cut(self) -> None:
        """Ends the TCP connection without a word, behind what was sent."""
        self._writer.close()


class ScriptedServer:
    """Answers pings by itself; all else is up to the test."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        #: For each connection to come 0, or the HTTP status of its refusal.
        self.decisions: list[int] = []
        self.selects = True
        #: Microseconds by which its clock is ahead; None: pings get no answer.
        self.ahead: int | None = 0
        self._peers: asyncio.Queue[Peer] = asyncio.Queue()
        self._all: list[Peer] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> ScriptedServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/compositor"
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._server.close()
        for peer in self._all:
            peer.cut()
        for task in list(self._tasks):
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        peer = Peer(self, reader, writer)
        self._all.append(peer)
        try:
            if await peer.shake_hands():
                self._peers.put_nowait(peer)
                await peer.read()
            writer.close()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()
        finally:
            self._tasks.discard(task)

    async def peer(self) -> Peer:
        """The next client that connects."""
        return await asyncio.wait_for(self._peers.get(), LIMIT)

    def refusal(self) -> str | None:
        """How the next handshake is refused."""
        decision = self.decisions.pop(0) if self.decisions else 0
        if decision:
            return f"{decision} Refused"
        return self.refusals.pop(0) if self.refusals else None

    @property
    def connected(self) -> int:
        """How many connections came, refused ones too."""
        return len(self._all)

    def pong(self, t0: int) -> dict[str, Any] | None:
        if self.ahead is None:
            return None
        time = t0 + self.ahead
        return {"type": "pong", "t0": t0, "t1": time, "t2": time}


def flat(x: float, **more: Any) -> dict[str, Any]:
    return {"kind": "2d", "center": [x, 0], "zoom": 1, "rotation": 0, **more}


def camera(name: str, seq: int, x: float, **more: Any) -> dict[str, Any]:
    state = {"camera": name, "time": 1, "received": 1, "source": "test", "view": flat(x)}
    return {"type": "camera", "seq": seq, **state, **more}


def welcome(token: str = "t1", **more: Any) -> dict[str, Any]:
    return {
        "type": "welcome",
        "session": "s1",
        "display": "left",
        "token": token,
        "resumed": False,
        "epoch": "e1",
        "seq": 10,
        "time": 1,
        "role": "control",
        "heartbeat": {"interval": 10_000, "timeout": 30_000},
        "limits": {
            "messageBytes": 65_536,
            "requestsPerSecond": 100,
            "resumeWindow": 60_000,
            "cameras": 100,
            "models": 100,
        },
        "server": {"name": "test", "version": "1"},
        **more,
    }


def snapshot(seq: int, *cameras: dict[str, Any], **more: Any) -> dict[str, Any]:
    state = {"epoch": "e1", "seq": seq, "all": True, "cameras": list(cameras), "control": []}
    return {"type": "snapshot", **state, **more}
