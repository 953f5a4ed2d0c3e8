"""A client of the Compositor Bridge: follows and drives cameras and the scene, with asyncio.

    import asyncio
    from compositor_bridge import connect

    async def main():
        async with connect("ws://localhost:8081/compositor") as session:
            async for update in session.cameras("tour"):
                print(update.seq, update.view)

    asyncio.run(main())
"""

from . import clock, errors, messages, scene, session, subscription, tiles, views
from ._streams import Stream
from .clock import *  # noqa: F403
from .errors import *  # noqa: F403
from .messages import *  # noqa: F403
from .scene import *  # noqa: F403
from .session import *  # noqa: F403
from .subscription import *  # noqa: F403
from .tiles import *  # noqa: F403
from .views import *  # noqa: F403

__version__ = "0.1.0"

__all__ = [
    "Stream",
    *clock.__all__,
    *errors.__all__,
    *messages.__all__,
    *scene.__all__,
    *session.__all__,
    *subscription.__all__,
    *tiles.__all__,
    *views.__all__,
]
