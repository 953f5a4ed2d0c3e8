"""Follows a camera, drives one and builds a small scene; needs a running bridge (``launcher/compositor run``).

Each part below ``# %%`` is a cell of a notebook, which awaits at the top level. As a script: notebook.py [URL]
"""

import asyncio
import math
import os
import sys

from compositor_bridge import CameraMove, Model, Patch, Put, Remove, Select, View2D, View3D, connect

URL = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8081/compositor"


async def main() -> None:
    # %% Connect; in a notebook: session = await connect(URL)
    session = await connect(URL, key=os.environ.get("COMPOSITOR_KEY"), display="notebook")
    assert session.welcome is not None
    print("connected as", session.welcome.display, "with role", session.welcome.role)

    # %% Follow: the present state first, then each update
    count = 0
    async for update in session.cameras("tour"):
        age = (session.now() - update.time) / 1000
        print(f"{update.seq}: {update.view}, {age:.1f} ms old")
        count += 1
        if count == 5:
            break

    # %% Drive a camera of your own in a circle, 60 views a second
    print("taken with number", await session.take("notebook"))
    for step in range(120):
        angle = 2 * math.pi * step / 120
        view = View2D((819_200 + 500 * math.cos(angle), 819_200 + 500 * math.sin(angle)), zoom=1.5, size=(1920, 1080))
        session.drive("notebook", view, time=session.now(), sample=step)
        await asyncio.sleep(1 / 60)
    await session.release("notebook")

    # %% Change the scene and a camera in one frame
    scenes = session.scenes()
    print("revision", (await scenes.__anext__()).revision)
    await session.transact(
        [Put(Model("notebook/gear", "models/gear.glb", position=(0, 1, 0))), Select(("notebook/gear",))],
        camera=CameraMove("notebook", View3D((0, 1.7, 4)), cut=True),
    )
    await session.transact([Patch("notebook/gear", scale=(2, 2, 2), label="from a notebook")])
    assert session.scene is not None
    print("models", sorted(session.scene.models))
    await session.transact([Remove("notebook/gear")])

    # %% How the session does
    print(session.stats, "round trip", session.clock.round_trip, "us")
    await session.close()


asyncio.run(main())
