"""Requests that wait for their answer, each with a limit of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .errors import CompositorError, LimitError, RequestTimeoutError
from .messages import Ack, Snapshot


class PendingRequests:
    """A ``subscribe`` waits for its ``ack`` and then for the snapshot, which goes to whoever asked."""

    def __init__(self, most: int, limit: float) -> None:
        self._most = most
        #: Seconds until an unanswered request fails.
        self.limit = limit
        self._next_id = 1
        self._waiting: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        self._awaits_snapshot: int | None = None

    async def ask(self, message: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> Any:
        if len(self._waiting) >= self._most:
            raise LimitError(f"{self._most} requests wait for their answer")
        number = self._next_id
        self._next_id += 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (message["type"], answer)
        try:
            send({"id": number, **message})
            return await asyncio.wait_for(answer, self.limit)
        except asyncio.TimeoutError:
            raise RequestTimeoutError(f"no answer to {message['type']} within {self.limit} s") from None
        finally:
            self._waiting.pop(number, None)
            if self._awaits_snapshot == number:
                self._awaits_snapshot = None

    def ack(self, ack: Ack) -> bool:
        """Whether it answered a ``subscribe``, whose snapshot follows."""
        kind, answer = self._find(ack.id)
        if kind == "subscribe" and isinstance(ack.id, int):
            self._awaits_snapshot = ack.id
            return True
        if answer is not None and not answer.done():
            answer.set_result(ack)
        return False

    def refuse(self, number: Any, error: CompositorError) -> bool:
        """Whether the request was one of these."""
        _, answer = self._find(number)
        if answer is None:
            return False
        if not answer.done():
            answer.set_exception(error)
        return True

    def snapshot(self, snapshot: Snapshot) -> None:
        _, answer = self._find(self._awaits_snapshot)
        self._awaits_snapshot = None
        if answer is not None and not answer.done():
            answer.set_result(snapshot)

    def fail(self, error: Callable[[], CompositorError]) -> None:
        """None of them will be answered any more."""
        self._awaits_snapshot = None
        for _, answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(error())

    def _find(self, number: Any) -> tuple[str, asyncio.Future[Any] | None]:
        if isinstance(number, bool) or not isinstance(number, int):
            return "", None
        return self._waiting.get(number, ("", None))
