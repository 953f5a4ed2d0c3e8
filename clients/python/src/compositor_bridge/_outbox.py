"""What waits to be sent: requests in order, and of driven cameras the newest view."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

MOST_CAMERAS = 64


@dataclass
class _Entry:
    text: str
    camera: str | None = None
    cut: bool = False


class Outbox:
    """Of one connection. A view replaces the waiting one of its camera, unless something else was asked in between."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()
        self._views: dict[str, _Entry] = {}
        self._woken = asyncio.Event()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, text: str) -> None:
        """Requests are bounded by those who ask: each waits for its answer."""
        self._views.clear()
        self._entries.append(_Entry(text))
        self._woken.set()

    def cut_waits(self, camera: str) -> bool:
        """Whether a jump of the camera waits, which the next view must not lose."""
        entry = self._views.get(camera)
        return entry is not None and entry.cut

    def drive(self, camera: str, text: str, cut: bool) -> str:
        """``sent``, ``superseded`` where a view of the camera gave way, or ``full``."""
        entry = self._views.get(camera)
        if entry is not None:
            entry.text, entry.cut = text, cut
            return "superseded"
        if len(self._entries) >= 4 * MOST_CAMERAS:
            return "full"
        entry = _Entry(text, camera, cut)
        self._entries.append(entry)
        self._views[camera] = entry
        self._woken.set()
        return "sent"

    async def take(self) -> str:
        """The next one, as soon as there is one."""
        while not self._entries:
            self._woken.clear()
            await self._woken.wait()
        entry = self._entries.popleft()
        if entry.camera is not None and self._views.get(entry.camera) is entry:
            del self._views[entry.camera]
        return entry.text
