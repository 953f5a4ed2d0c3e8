"""When a lost connection is tried again (protocol, "Writing a client"). All times in seconds."""

from __future__ import annotations

from collections.abc import Callable

# After these the same client must not come back by itself.
FINAL_CODES = frozenset({1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409})

RESTART = 1012
QUICK_FOR = 3.0
LONGEST_WAIT = 24 * 3600.0


class HostRing:
    """Where to connect: the address that was given, and those that the server has named."""

    def __init__(self, url: str) -> None:
        self._first = url
        self._named: tuple[str, ...] = ()
        self._tried = 0
        self.current = url

    def welcomed(self, hosts: tuple[str, ...]) -> None:
        """The server said welcome, and named its hosts."""
        self._named = tuple(host for host in hosts if host.startswith(("ws://", "wss://")))[:64]
        self._tried = 0

    def lost(self, code: int) -> bool:
        """The next one is on its turn. Whether that attempt is one of the first round, which need not wait."""
        if code == RESTART:
            return False
        ring = list(dict.fromkeys((*self._named, self._first)))
        place = ring.index(self.current) if self.current in ring else -1
        self.current = ring[(place + 1) % len(ring)]
        self._tried += 1
        return len(ring) > 1 and self._tried <= len(ring)


class ReconnectSchedule:
    """After 1012 or at the time of a goodbye, then every 150 ms for 3 s; otherwise after 0.5 s, doubled to 30 s."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._attempt = 0
        self._quick_until = float("-inf")

    def welcomed(self) -> None:
        """The server said welcome: the next loss starts anew."""
        self._attempt = 0
        self._quick_until = float("-inf")

    def lost(self, code: int, reconnect_after: float | None, now: float) -> float | None:
        """How long to wait until the next attempt; None: never again.

        reconnect_after: what ``goodbye`` said.
        """
        if code in FINAL_CODES:
            return None
        if code == RESTART or reconnect_after is not None:
            wait = min(max(0.0, reconnect_after or 0.0), LONGEST_WAIT)
            self._attempt = 0
            self._quick_until = now + wait + QUICK_FOR
            return wait + 0.1 * self._random()
        if now < self._quick_until:
            return 0.15 * (0.5 + self._random())
        wait = min(30.0, 0.5 * 2.0 ** min(self._attempt, 16))
        self._attempt += 1
        return wait * (0.5 + self._random())
