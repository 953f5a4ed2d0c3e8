"""The recorded sessions of ``clients/conformance``, which the clients for Java, JavaScript and Python all pass."""

from __future__ import annotations

import asyncio
import json
import sys
import unittest
from pathlib import Path
from typing import Any, Callable

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "src")]

from scripted_server import LIMIT, Peer, ScriptedServer  # noqa: E402

from compositor_bridge import (  # noqa: E402
    Asked,
    CameraMove,
    CameraRemoved,
    CameraUpdate,
    ClockFilter,
    CompositorError,
    Control,
    Display,
    DisplaySettings,
    Gap,
    Near,
    Notice,
    Playback,
    Reconnecting,
    Refusal,
    SceneChange,
    Session,
    SessionEndedError,
    Subscription,
    TilesState,
    Wall,
    WallRemoved,
    connect,
)
from compositor_bridge.messages import settings_of  # noqa: E402
from compositor_bridge.scene import ops_of  # noqa: E402
from compositor_bridge.tiles import tile_ops_of  # noqa: E402
from compositor_bridge.views import view_of  # noqa: E402

FOLDER = Path(__file__).parent.parent.parent / "conformance"
ABILITIES = {"http-status"}
ORDERED = {
    CameraUpdate: "camera",
    CameraRemoved: "camera-removed",
    Control: "control",
    SceneChange: "scene",
    Display: "display",
    Wall: "wall",
    WallRemoved: "wall-removed",
}
# Keys of these maps are all there are; of other objects the others do not matter.
WHOLE = ("cameras", "control", "walls", "models", "tilesets")


def are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def matches(expected: Any, actual: Any, whole: bool = False) -> bool:
    if expected is None or expected == "$absent":
        return actual is None
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or whole and set(expected) != set(actual):
            return False
        return all(matches(value, actual.get(name), name in WHOLE) for name, value in expected.items())
    if are_names(expected) and are_names(actual):
        return sorted(expected) == sorted(actual)
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(matches(e, a) for e, a in zip(expected, actual))
        )
    if isinstance(expected, str) and expected.startswith("$"):
        return actual is not None
    return bool(expected == actual and isinstance(expected, bool) == isinstance(actual, bool))


def captured(expected: Any, actual: Any, into: dict[str, Any]) -> None:
    """Takes the values of the names that the expectation has."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            captured(value, actual.get(name), into)
    elif isinstance(expected, str) and expected.startswith("$") and expected != "$absent":
        into[expected] = actual


def filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    if isinstance(value, str) and value.startswith("$"):
        return values.get(value, value)
    return value


def recorded() -> list[tuple[str, dict[str, Any]]]:
    """Each session, once for each of its values."""
    found = []
    for file in sorted((FOLDER / "sessions").glob("*.json")):
        session = json.loads(file.read_text(encoding="utf-8"))
        if not ABILITIES.issuperset(session.get("needs", ())):
            continue
        each = session.get("each", {})
        for row in zip(*each.values()) if each else [()]:
            values = {f"${name}": value for name, value in zip(each, row)}
            name = "-".join([file.stem, *map(str, row)])
            found.append((name, filled(session, values)))
    return found


class Run:
    """One session against its script."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.script = script
        self.values: dict[str, Any] = {}
        self.results: dict[str, Any] = {}
        self.told: list[Any] = []
        self.losses: list[Any] = []
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.notices: list[str] = []
        self.calls: list[asyncio.Future[Any]] = []
        self.peer: Peer

    async def run(self) -> None:
        client = self.script["client"]
        async with ScriptedServer() as server:
            server.ahead = None if self.script.get("pings") is False else self.script.get("ahead", 0)
            comings = [step for step in self.script["steps"] if step.keys() & {"accept", "refuse"}]
            server.decisions = [step.get("refuse", 0) for step in comings]
            settings = client.get("settings")
            self.session = connect(
                server.url,
                random=lambda: 0.0,
                key=client.get("key"),
                display=client.get("display"),
                user=client.get("user"),
                settings=None if settings is None else settings_of(settings),
                connection=client.get("connection", "keep-open"),
                subscription=subscription_of(client.get("subscription", {})),
            )
            listening = asyncio.ensure_future(self.listen(self.session))
            self.session.start()
            try:
                for step in self.script["steps"]:
                    await self.step(server, step)
                await self.reports(self.script["reported"])
            finally:
                closing = asyncio.ensure_future(self.session.close())
                await server.__aexit__()
                await closing
                for call in self.calls:
                    await call
                await listening

    async def listen(self, session: Session) -> None:
        stream = session.messages()
        try:
            async for message in stream:
                if type(message) in ORDERED:
                    self.told.append([ORDERED[type(message)], message.seq])  # type: ignore[attr-defined]
                elif isinstance(message, Gap):
                    self.told.append(["gap", message.first, message.last])
                elif isinstance(message, Reconnecting):
                    self.losses.append({"code": message.code, "delay": message.delay * 1000})
                elif isinstance(message, Refusal) and message.id is None:
                    self.errors.append(message.code)
                elif isinstance(message, Asked):
                    self.asked.append(message.display)
                elif isinstance(message, Notice):
                    self.notices.append(message.text)
        except CompositorError:
            pass

    async def step(self, server: ScriptedServer, step: dict[str, Any]) -> None:
        if "accept" in step:
            self.peer = await server.peer()
            self.check_key(step["accept"])
        elif "receive" in step:
            await self.receive(step)
        elif "send" in step:
            self.peer.send(filled(step["send"], self.values))
        elif "close" in step:
            self.peer.close(step["close"], step["reason"])
            await self.peer.ends()
        elif "cut" in step:
            self.peer.cut()
        elif "gone" in step:
            await self.peer.ends()
        elif "call" in step:
            self.call(step["call"], step.get("with", {}), step.get("as"))
        elif "expect" in step:
            await self.reports(step["expect"])
        elif "refuse" not in step:
            raise AssertionError(f"unknown step {step}")

    def check_key(self, expected: dict[str, Any]) -> None:
        if "key" in expected:
            assert self.peer.headers["authorization"] == f"Bearer {expected['key']}"
            assert expected["key"] not in self.peer.request_line

    async def receive(self, step: dict[str, Any]) -> None:
        message = await self.peer.next()
        expected = step["receive"]
        if not matches(expected, message):
            if step.get("optional"):
                self.peer.give_back(message)
                return
            raise AssertionError(f"{expected} expected, not {message}")
        captured(expected, message, self.values)

    def call(self, name: str, given: dict[str, Any], result: str | None) -> None:
        session = self.session
        more = {key: value for key, value in given.items() if key not in ("camera", "view")}
        work: Any
        if name == "drive":
            session.drive(given["camera"], view_of(given["view"]), **more)
            return
        if name == "update":
            work = session.update(given["camera"], view_of(given["view"]), **more)
        elif name in ("take", "release", "ask"):
            work = getattr(session, name)(given["camera"], **more)
        elif name == "replay":
            if "from" in more:
                more["between"] = (more.pop("from"), more.pop("to"))
            if "camera" in given:
                more["camera"] = given["camera"]
            work = session.replay(more.pop("playback"), more.pop("action"), **more)
        elif name == "playbacks":
            work = session.playbacks()
        elif name == "subscribe":
            work = session.subscribe(subscription_of(given))
        elif name == "unsubscribe":
            work = session.unsubscribe()
        elif name == "settings":
            work = session.set_settings(settings_of(given))
        elif name == "transact":
            move = given.get("camera")
            camera = None if move is None else CameraMove(move["camera"], view_of(move["view"]), move.get("cut", False))
            work = session.transact(ops_of(given["ops"]), camera=camera)
        elif name == "changeTiles":
            work = session.change_tiles(tile_ops_of(given["ops"]), scene=ops_of(given["scene"]))
        elif name == "close":
            work = session.close()
        else:
            raise AssertionError(f"unknown call {name}")
        self.calls.append(asyncio.ensure_future(self.answer(work, result)))

    async def answer(self, work: Any, result: str | None) -> None:
        try:
            found = await work
            answer: Any = {"seq": found if isinstance(found, int) else None}
            if isinstance(found, Playback):
                answer = {"playbacks": [playback_json(found)]}
            elif isinstance(found, tuple):
                answer = {"playbacks": [playback_json(each) for each in found]}
        except CompositorError as error:
            answer = {"error": error.code, "message": error.message, "field": error.field}
        if result is not None:
            self.results[result] = answer

    async def reports(self, expected: dict[str, Any]) -> None:
        async def holds() -> None:
            while not matches(expected, self.report()):
                await asyncio.sleep(0.002)

        try:
            await asyncio.wait_for(holds(), LIMIT)
        except asyncio.TimeoutError:
            actual = {name: self.report()[name] for name in expected}
            raise AssertionError(f"expected {json.dumps(expected)}, not {json.dumps(actual)}") from None

    def report(self) -> dict[str, Any]:
        session = self.session
        failure = session.failure
        scene = session.scene
        ahead = self.script["reported"].get("clock")
        known = session.clock.offset is not None and ahead is not None
        near = known and abs((session.clock.offset or 0) - ahead["ahead"]) <= ahead["within"]
        return {
            "state": session.state.value,
            "epoch": session.epoch,
            "seq": session.seq,
            "cameras": {name: camera_json(update) for name, update in session.latest.items()},
            "control": {name: control.holder for name, control in session.control.items()},
            "scene": None
            if scene is None
            else {
                "revision": scene.revision,
                "models": {name: model.to_json() for name, model in scene.models.items()},
                "selected": list(scene.selected),
            },
            "walls": {name: wall_json(wall) for name, wall in session.walls.items()},
            "tiles": None if session.tiles is None else tiles_json(session.tiles),
            "wall": session.wall,
            "connects": session.stats.connects,
            "resumes": session.stats.resumes,
            "gaps": session.stats.gaps,
            "losses": list(self.losses),
            "ended": {"code": failure.close_code, "status": failure.http_status}
            if isinstance(failure, SessionEndedError)
            else None,
            "told": list(self.told),
            "errors": list(self.errors),
            "asked": list(self.asked),
            "notices": list(self.notices),
            "results": dict(self.results),
            "clock": ahead if near else {"ahead": session.clock.offset},
        }


def camera_json(update: CameraUpdate) -> dict[str, Any]:
    return {
        "seq": update.seq,
        "time": update.time,
        "received": update.received,
        "sample": update.sample,
        "timecode": update.timecode,
        "source": update.source,
        "origin": update.origin,
        "cut": update.cut,
        "view": update.view.to_json(),
    }


def playback_json(playback: Playback) -> dict[str, Any]:
    marks = playback.marks
    return {**vars(playback), "marks": None if marks is None else {"from": marks[0], "to": marks[1]}}


def wall_json(wall: Wall) -> dict[str, Any]:
    delay = [number for each in wall.delay for number in (each.start, each.value, each.until, each.to)]
    return {"seq": wall.seq, "width": wall.width, "members": len(wall.members), "delay": delay}


def subscription_of(given: dict[str, Any]) -> Subscription:
    near = given.get("near")
    return Subscription(**{**given, **({} if near is None else {"near": Near(**near)})})


def tiles_json(state: TilesState) -> dict[str, Any]:
    tilesets = {}
    for name, layer in state.layers.items():
        few = [list(tile) for tile in layer.tiles] if len(layer.tiles) <= 100 else []
        tilesets[name] = {**layer.tileset.to_json(), "size": len(layer.tiles), "tiles": few}
    return {"revision": state.revision, "tilesets": tilesets}


class ConformanceTest(unittest.IsolatedAsyncioTestCase):
    """One test for each recorded session."""


class ClockConformanceTest(unittest.TestCase):
    """One test for each recorded clock."""


def session_test(script: dict[str, Any]) -> Callable[[Any], Any]:
    async def test(self: Any) -> None:
        await Run(script).run()

    test.__doc__ = script["title"]
    return test


def clock_test(recording: dict[str, Any]) -> Callable[[Any], None]:
    def test(self: Any) -> None:
        clock = ClockFilter()
        taken = [clock.add(*pong) for pong in recording["pongs"]]
        reported = recording["reported"]
        self.assertEqual(reported["taken"], sum(taken))
        if reported["offset"] is None:
            self.assertIsNone(clock.offset)
            return
        self.assertAlmostEqual(reported["offset"], clock.offset, delta=1)
        self.assertAlmostEqual(reported["roundTrip"], clock.round_trip, delta=1)
        self.assertAlmostEqual(reported["drift"], clock.drift, delta=1e-8)

    test.__doc__ = recording["title"]
    return test


for _name, _script in recorded():
    setattr(ConformanceTest, f"test_{_name}", session_test(_script))
for _file in sorted((FOLDER / "clocks").glob("*.json")):
    setattr(ClockConformanceTest, f"test_{_file.stem}", clock_test(json.loads(_file.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    unittest.main()
