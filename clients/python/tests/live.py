"""A session against a running host with the demo: live.py URL

Prints a line for each thing that worked. At the line ``restart`` the host is to be restarted; a line on standard input
says that it was.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from compositor_bridge import (  # noqa: E402
    CameraMove,
    Control,
    DisplaySettings,
    HeldError,
    Model,
    NotFoundError,
    Patch,
    Perspective,
    Put,
    Remove,
    Session,
    Subscription,
    View2D,
    View3D,
    Welcome,
    connect,
)

LIMIT = 60.0


def say(what: str) -> None:
    print(what, flush=True)


class Proxy:
    """Passes bytes on to the host, and cuts all connections when told to."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/compositor"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        self._writers += [writer, back]
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def close(self) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        writers, self._writers = self._writers, []
        for writer in writers:
            writer.transport.abort()


async def follow(session: Session) -> None:
    seen = 0
    last = 0
    async for update in session.cameras("tour"):
        assert update.camera == "tour" and update.seq > last and isinstance(update.view, View2D), update
        last = update.seq
        seen += 1
        if seen == 60:
            break
    age = session.now() - session.latest["tour"].received
    assert abs(age) < 20_000_000, f"the client's idea of the server's clock is {age} us off"
    say("follow")


async def drive(session: Session, url: str) -> None:
    assert session.welcome is not None
    updates = session.cameras("python")
    flat = View2D((12.5, -7.25), 1.5, 0.125, (640, 480))
    seq = await session.update("python", flat, time=session.now(), sample=42, cut=True, timecode="01:02:03:04")
    update = await updates.__anext__()
    expected = (seq, flat, 42, "01:02:03:04", True, session.welcome.session)
    assert (update.seq, update.view, update.sample, update.timecode, update.cut, update.origin) == expected, update
    space = View3D((0, 1.7, 4), projection=Perspective(0.785, 0.1, 1000), focus_distance=4.2)
    for step in range(100):
        session.drive("python", space, sample=100 + step)
        await asyncio.sleep(0.005)
    async for update in updates:
        if update.sample == 199:
            assert update.view == space, update
            break
    assert session.control["python"].session == session.welcome.session
    async with connect(url, display="python-other", subscription=Subscription(cameras=("python",))) as other:
        try:
            await other.update("python", flat)
            raise AssertionError("the camera was held")
        except HeldError as error:
            assert error.field == "camera" and "python-live" in error.message, error
        asked = session.messages(Control)
        await session.release("python")
        assert (await asked.__anext__()).holder is None
        await other.take("python")
        assert (await asked.__anext__()).holder == "python-other"
        await other.release("python")
    say("drive")


async def scene(session: Session) -> None:
    states = session.scenes()
    revision = (await states.__anext__()).revision
    gear = Model("python/gear", "models/gear.glb", position=(0.0, 1.0, 0.0), label="of the Python client")
    move = CameraMove("python", View2D((3, 4)), cut=True)
    seq = await session.transact([Put(gear), Patch("python/gear", visible=False)], camera=move)
    assert session.scene is not None and session.scene.revision > revision
    assert session.scene.models["python/gear"].position == gear.position
    assert not session.scene.models["python/gear"].visible
    assert session.latest["python"].seq == seq, session.latest["python"]
    await session.transact([Remove("python/gear")])
    assert "python/gear" not in session.scene.models
    try:
        await session.transact([Remove("python/gear")])
        raise AssertionError("there was no such model any more")
    except NotFoundError as error:
        assert error.field == "ops[0].id", error
    await session.release("python")
    await session.set_settings(DisplaySettings(width=640, height=480, title="of the Python client"))
    say("scene")


async def resume(url: str) -> None:
    """Each sample comes once, although the connection is cut three times."""
    parts = urlsplit(url)
    proxy = Proxy(parts.hostname or "", parts.port or 0)
    address = await proxy.start()
    async with connect(url, display="python-driver") as driver, connect(address, display="python-cut") as session:
        updates = session.cameras("python/every", delivery="every")

        async def samples() -> list[int | None]:
            seen = []
            async for update in updates:
                seen.append(update.sample)
                if update.sample == 299:
                    break
            return seen

        following = asyncio.ensure_future(samples())
        while not session.subscription.cameras:
            await asyncio.sleep(0.01)
        await session.subscribe(session.subscription)
        for step in range(300):
            await driver.update("python/every", View2D((step, 0)), sample=step)
            if step % 75 == 50:
                connects = session.stats.connects
                proxy.cut()
                while step == 125 and session.stats.connects == connects:
                    await asyncio.sleep(0.01)
        seen = await asyncio.wait_for(following, LIMIT)
        assert seen == list(range(300)), seen
        assert session.stats.resumes == session.stats.connects - 1 >= 2, session.stats
        assert session.stats.gaps == 0, session.stats
    proxy.close()
    say("resume")


async def restart(session: Session) -> None:
    welcomes = session.messages(Welcome)
    epoch = session.epoch
    say("restart")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await asyncio.wait_for(welcomes.__anext__(), LIMIT)
    updates = session.cameras("tour")

    async def fresh() -> None:
        async for _ in updates:
            if session.epoch != epoch and session.scene is not None:
                return

    await asyncio.wait_for(fresh(), LIMIT)
    await session.update("python", View2D((1, 1)))
    say("came back")


async def main(url: str) -> None:
    async with connect(url, display="python-live", user="python") as session:
        for step in (follow(session), drive(session, url), scene(session), resume(url), restart(session)):
            await asyncio.wait_for(step, LIMIT)
    say("closed")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
