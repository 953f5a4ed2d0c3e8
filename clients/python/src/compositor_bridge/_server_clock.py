"""The server's clock: measured by pings, and measured anew where the local clock stood still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .clock import ClockFilter, local_now, wall_ahead
from .messages import Pong

# More than this, in seconds, is a sleep of the machine or somebody who set the clock, and not its steering.
_JUMP = 0.25


class ServerClock:
    """Of a session; each welcome begins anew."""

    def __init__(self) -> None:
        self.filter = ClockFilter()
        self._rough_offset = 0
        self._wall_ahead = wall_ahead()
        self._measured_since = 0
        self._at_once = asyncio.Event()

    def now(self) -> int:
        """Microseconds since the Unix epoch; before a measurement by what the server said with its welcome."""
        local = local_now()
        offset = self.filter.offset_at(local)
        return round(local + (self._rough_offset if offset is None else offset))

    def welcomed(self, time: int) -> None:
        """What the clock of the server, perhaps another one, shows now."""
        self._begin(time - local_now())
        self._wall_ahead = wall_ahead()

    def _begin(self, rough_offset: int) -> None:
        self._rough_offset = rough_offset
        self.filter.reset()
        self._measured_since = local_now()

    def watch(self) -> bool:
        """Whether the local clock stood still for a while, or was set: then what was measured counts no more."""
        ahead = wall_ahead()
        jump, self._wall_ahead = ahead - self._wall_ahead, ahead
        if abs(jump) < _JUMP or self.filter.offset is None:
            return False
        self._begin(round(self.filter.offset_at(local_now()) or 0))
        self._at_once.set()
        return True

    async def measure(self, ping: Callable[[int], None], usual: float) -> None:
        """Often at first, while much else goes on, and later every ``usual`` seconds; ends by being cancelled."""
        count = 0
        while True:
            ping(local_now())
            pause = min(usual, 0.1 if count < 5 else 1.0 if count < 20 else usual)
            count += 1
            try:
                await asyncio.wait_for(self._at_once.wait(), pause)
                self._at_once.clear()
                count = 0
            except asyncio.TimeoutError:
                pass

    def pong(self, pong: Pong) -> bool | None:
        """Whether it counts; None if its numbers cannot be true."""
        if pong.t0 < self._measured_since:
            return False
        return True if self.filter.add(pong.t0, pong.t1, pong.t2, local_now()) else None
