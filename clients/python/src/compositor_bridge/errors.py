"""The errors of a session; ``code`` says what happened, as the protocol names it."""

from __future__ import annotations

__all__ = [
    "ClosedError",
    "CompositorError",
    "DisconnectedError",
    "ForbiddenError",
    "HeldError",
    "InvalidError",
    "LimitError",
    "MalformedError",
    "NotFoundError",
    "RequestTimeoutError",
    "SessionEndedError",
    "TakenError",
    "UnavailableError",
    "UnknownTypeError",
]


class CompositorError(Exception):
    """A request that failed, or the end of a session.

    ``code`` is one of the protocol's error codes, which the client also uses for what it does not send; or ``timeout``,
    ``disconnected``, ``closed`` or ``ended``. ``message`` names the value and the rule. ``field`` is the path of the
    field at fault, such as ``view.zoom``, or None.
    """

    code = "invalid"

    def __init__(self, message: str, field: str | None = None, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code


class MalformedError(CompositorError):
    """The server could not read the message."""

    code = "malformed"


class UnknownTypeError(CompositorError):
    """The server knows no such message."""

    code = "unknown-type"


class InvalidError(CompositorError, ValueError):
    """A value breaks a rule; ``field`` has its path."""

    code = "invalid"


class ForbiddenError(CompositorError):
    """The role of the key does not allow it."""

    code = "forbidden"


class HeldError(CompositorError):
    """Another holder controls the camera; the message names it."""

    code = "held"


class TakenError(CompositorError):
    """The name of the display is in use by another key or user."""

    code = "taken"


class NotFoundError(CompositorError):
    """There is no such camera, model, display, playback or entry."""

    code = "not-found"


class LimitError(CompositorError):
    """Too many or too much: requests, cameras, models, bytes, or messages that nobody took."""

    code = "limit"


class UnavailableError(CompositorError):
    """The responsible part of the host is absent, perhaps for a moment."""

    code = "unavailable"


class RequestTimeoutError(CompositorError, TimeoutError):
    """No answer came in time. Whether the request was done is unknown."""

    code = "timeout"


class DisconnectedError(CompositorError, ConnectionError):
    """There is no connection, or it was lost before the answer came. Whether the request was done is unknown then."""

    code = "disconnected"


class ClosedError(CompositorError):
    """The session was closed by this program."""

    code = "closed"


class SessionEndedError(CompositorError, ConnectionError):
    """The session ended for good.

    ``close_code`` is the WebSocket close code (1006 where none came), ``http_status`` that of a refused handshake or
    None.
    """

    code = "ended"

    def __init__(self, message: str, close_code: int, http_status: int | None = None) -> None:
        super().__init__(message)
        self.close_code = close_code
        self.http_status = http_status


_BY_CODE: dict[str, type[CompositorError]] = {
    each.code: each
    for each in (
        MalformedError,
        UnknownTypeError,
        InvalidError,
        ForbiddenError,
        HeldError,
        TakenError,
        NotFoundError,
        LimitError,
        UnavailableError,
    )
}


def error_of(code: str, message: str, field: str | None) -> CompositorError:
    """The error for a code of the server; a code that this version does not know gives the plain class."""
    known = _BY_CODE.get(code)
    return CompositorError(message, field, code=code) if known is None else known(message, field)
