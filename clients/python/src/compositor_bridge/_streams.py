"""What waits between the session and those who iterate. Each has a bound, and none of them holds up the session."""

from __future__ import annotations

import asyncio
import weakref
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from .errors import CompositorError, LimitError
from .messages import CameraUpdate, Message
from .scene import SceneState

T = TypeVar("T")

MOST_WAITING = 4_096
MOST_BYTES = 16 << 20
# About what an update of a camera takes.
_CAMERA_BYTES = 512


class Stream(Generic[T]):
    """An asynchronous iterator over what a session tells.

    It goes on across reconnects. It stops when the program closes the session, and raises what ended the session
    otherwise. One task at a time may iterate over it.
    """

    def __init__(self, begin: Callable[["Stream[T]"], Awaitable[None]]) -> None:
        self._begin = begin
        self._begun = False
        self._woken = asyncio.Event()
        self._over = False
        self._failure: CompositorError | None = None

    def __aiter__(self) -> Stream[T]:
        return self

    async def __anext__(self) -> T:
        if not self._begun:
            self._begun = True
            await self._begin(self)
        while True:
            if self._has():
                return self._take()
            if self._over:
                failure, self._failure = self._failure, None
                if failure is not None:
                    raise failure
                raise StopAsyncIteration
            self._woken.clear()
            await self._woken.wait()

    def end(self, failure: CompositorError | None) -> None:
        """Nothing more comes; what waits is still taken."""
        if not self._over:
            self._over = True
            self._failure = failure
        self._woken.set()

    def _has(self) -> bool:
        raise NotImplementedError

    def _take(self) -> T:
        raise NotImplementedError


class NewestStream(Stream[T]):
    """The newest value of each key; a value that was not taken yet gives way to the next one."""

    def __init__(self, begin: Callable[[Stream[T]], Awaitable[None]], wants: Callable[[str], bool]) -> None:
        super().__init__(begin)
        self.wants = wants
        self._waiting: OrderedDict[str, T] = OrderedDict()

    def put(self, key: str, value: T, size: int = 0) -> None:
        self._waiting[key] = value
        self._woken.set()

    def forget(self, key: str) -> None:
        if key in self._waiting:
            del self._waiting[key]

    def _has(self) -> bool:
        return bool(self._waiting)

    def _take(self) -> T:
        return self._waiting.popitem(last=False)[1]


class EveryStream(Stream[T]):
    """Each value in order. If more than 4,096 values or 16 MiB wait, the iteration ends with LimitError."""

    def __init__(self, begin: Callable[[Stream[T]], Awaitable[None]], wants: Callable[[Any], bool]) -> None:
        super().__init__(begin)
        self.wants = wants
        self._waiting: deque[tuple[T, int]] = deque()
        self._bytes = 0

    def put(self, key: str, value: T, size: int = 0) -> None:
        if self._over:
            return
        if len(self._waiting) >= MOST_WAITING or self._bytes + size > MOST_BYTES:
            self.end(LimitError(f"more than {MOST_WAITING} messages or {MOST_BYTES} bytes wait to be taken"))
            return
        self._waiting.append((value, size))
        self._bytes += size
        self._woken.set()

    def forget(self, key: str) -> None:
        """A value stays in its place: the one that follows says what became of it."""

    def _has(self) -> bool:
        return bool(self._waiting)

    def _take(self) -> T:
        value, size = self._waiting.popleft()
        self._bytes -= size
        return value


class Streams:
    """Those who iterate over what a session tells. Who is not held by the program any more is gone."""

    def __init__(self) -> None:
        self._cameras: weakref.WeakSet[Any] = weakref.WeakSet()
        self._scenes: weakref.WeakSet[Any] = weakref.WeakSet()
        self._messages: weakref.WeakSet[Any] = weakref.WeakSet()
        self._over = False
        self._failure: CompositorError | None = None

    def of_cameras(self, stream: Stream[CameraUpdate]) -> None:
        self._add(self._cameras, stream)

    def of_scenes(self, stream: Stream[SceneState]) -> None:
        self._add(self._scenes, stream)

    def of_messages(self, stream: Stream[Any]) -> None:
        self._add(self._messages, stream)

    def _add(self, to: weakref.WeakSet[Any], stream: Stream[Any]) -> None:
        to.add(stream)
        if self._over:
            stream.end(self._failure)

    def camera(self, update: CameraUpdate) -> None:
        for stream in list(self._cameras):
            if stream.wants(update.camera):
                stream.put(update.camera, update, _CAMERA_BYTES)

    def camera_removed(self, camera: str) -> None:
        for stream in list(self._cameras):
            stream.forget(camera)

    def scene(self, scene: SceneState | None) -> None:
        if scene is not None:
            for stream in list(self._scenes):
                stream.put("", scene)

    def message(self, message: Message, size: int = 0) -> None:
        for stream in list(self._messages):
            if stream.wants(message):
                stream.put("", message, size)

    def end(self, failure: CompositorError | None) -> None:
        """The session has ended."""
        self._over = True
        self._failure = failure
        for streams in (self._cameras, self._scenes, self._messages):
            for stream in list(streams):
                stream.end(failure)
