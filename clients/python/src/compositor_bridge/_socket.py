"""The package websockets, whose interface for asyncio changed with version 13."""

from __future__ import annotations

import importlib
import logging
import ssl as tls
from typing import Any

import websockets.exceptions

_base: Any
try:
    _base = importlib.import_module("websockets.asyncio.client").connect
    _HEADERS = "additional_headers"
except ImportError:
    _base = importlib.import_module("websockets.legacy.client").connect
    _HEADERS = "extra_headers"

SUBPROTOCOL = "compositor.v1.json"


class _Discreet(logging.LoggerAdapter):  # type: ignore[type-arg]
    """At level debug the package websockets writes headers and messages, and with them key and token."""

    def isEnabledFor(self, level: int) -> bool:
        return level > logging.DEBUG and super().isEnabledFor(level)


_LOG = _Discreet(logging.getLogger("compositor_bridge.websockets"), {})

# The messages of the server stay below it.
MOST_BYTES = 1 << 20

ConnectionClosed = websockets.exceptions.ConnectionClosed
WebSocketException = websockets.exceptions.WebSocketException


def _process_redirect(_: Any, error: Exception) -> Exception:
    return error


def _handle_redirect(_: Any, uri: str) -> None:
    raise ConnectionError("the server redirects; give its own address")


# It follows no redirect: that would take the key to another address.
_Connect: Any = type(
    "_Connect", (_base,), {"process_redirect": _process_redirect, "handle_redirect": _handle_redirect}
)


async def open_socket(url: str, key: str | None, ssl: tls.SSLContext | None) -> Any:
    """Opens a socket; the caller limits the time."""
    options: dict[str, Any] = {
        "subprotocols": [SUBPROTOCOL],
        "compression": None,
        "max_size": MOST_BYTES,
        "open_timeout": None,
        "close_timeout": 2,
        # the protocol's own ping keeps the connection, and measures the clock
        "ping_interval": None,
        "logger": _LOG,
        _HEADERS: {} if key is None else {"Authorization": f"Bearer {key}"},
    }
    if ssl is not None:
        options["ssl"] = ssl
    return await _Connect(url, **options)


def http_status(error: BaseException) -> int | None:
    """The status of a refused handshake."""
    status = getattr(error, "status_code", None)
    if status is None:
        status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def close_of(error: Any) -> tuple[int, str]:
    """Code and reason of the server's close; 1006 where it sent none, or only answered ours."""
    received = error.rcvd
    if received is None or error.rcvd_then_sent is False:
        return 1006, "the connection broke"
    return int(received.code), str(received.reason)
