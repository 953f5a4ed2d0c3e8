"""The session against a server that does what a test says."""

from __future__ import annotations

import asyncio
import sys
import unittest
from pathlib import Path
from typing import Any, Callable

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "src")]

import compositor_bridge as cb  # noqa: E402
from scripted_server import LIMIT, Peer, ScriptedServer, camera, flat, snapshot, welcome  # noqa: E402

from compositor_bridge import (  # noqa: E402
    CameraMove,
    Clear,
    Model,
    Patch,
    Put,
    SceneState,
    Select,
    SessionState,
    Subscription,
    View2D,
    connect,
)


async def until(condition: Callable[[], Any], what: str = "the condition") -> Any:
    async def holds() -> Any:
        while not (value := condition()):
            await asyncio.sleep(0.002)
        return value

    try:
        return await asyncio.wait_for(holds(), LIMIT)
    except asyncio.TimeoutError:
        raise AssertionError(f"not within {LIMIT} s: {what}") from None


class SessionTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.server = await self.enterAsync(ScriptedServer())

    async def enterAsync(self, context: Any) -> Any:
        entered = await context.__aenter__()
        self.addAsyncCleanup(context.__aexit__, None, None, None)
        return entered

    def session(self, **options: Any) -> cb.Session:
        session = connect(self.server.url, **{"random": lambda: 0.0, **options})
        session.start()
        self.addAsyncCleanup(self.end, session)
        return session

    async def end(self, session: cb.Session) -> None:
        closing = asyncio.ensure_future(session.close())
        await self.server.__aexit__()
        await closing

    async def opened(self, session: cb.Session, **more: Any) -> Peer:
        peer = await self.server.peer()
        await peer.next("hello")
        peer.send(welcome(**more))
        await session.ready(LIMIT)
        return peer

    async def subscribed(self, session: cb.Session, *cameras: dict[str, Any], **more: Any) -> Peer:
        peer = await self.opened(session)
        await self.grant(peer, *cameras, **more)
        await until(lambda: session._stands, "the subscription")
        return peer

    async def grant(self, peer: Peer, *cameras: dict[str, Any], **more: Any) -> dict[str, Any]:
        subscribe = await peer.next("subscribe")
        peer.send({"type": "ack", "id": subscribe["id"]})
        peer.send(snapshot(10, *cameras, **more))
        return subscribe

    async def test_the_key_goes_in_the_header_and_nowhere_else(self) -> None:
        session = self.session(key="s3cret-key", display="left")
        peer = await self.server.peer()
        self.assertEqual("Bearer s3cret-key", peer.headers["authorization"])
        self.assertEqual("compositor.v1.json", peer.headers["sec-websocket-protocol"])
        self.assertNotIn("s3cret", peer.request_line)
        self.assertEqual("left", (await peer.next("hello"))["display"])
        peer.send(welcome("t0p-secret"))
        self.assertNotIn("t0p-secret", repr(await session.ready(LIMIT)))

    async def test_neither_key_nor_token_is_in_a_log_of_level_debug(self) -> None:
        with self.assertLogs(level="DEBUG") as logged:
            session = self.session(key="s3cret-key")
            await self.opened(session, token="t0p-secret")
            await session.close()
        everything = "\n".join(logged.output)
        self.assertIn("connected as display left", everything)
        self.assertNotIn("s3cret", everything)
        self.assertNotIn("t0p-secret", everything)

    async def test_a_key_is_asked_for_at_each_attempt(self) -> None:
        keys = iter(["one", "two"])
        self.server.refusals = ["503 Service Unavailable"]
        session = self.session(key=lambda: next(keys))
        peer = await self.server.peer()
        self.assertEqual("Bearer two", peer.headers["authorization"])
        self.assertIs(SessionState.CONNECTING, session.state)

    async def test_a_key_that_no_header_can_carry_is_not_shown(self) -> None:
        session = self.session(key="s3cret\nkey")
        with self.assertRaises(cb.InvalidError) as raised:
            await session.ready(LIMIT)
        self.assertNotIn("s3cret", str(raised.exception))

    async def test_an_address_with_a_key_is_refused_without_showing_it(self) -> None:
        for wrong in ("http://h/", "ws://me:s3cret@h/", "ws:///compositor", "ws://h/#s3cret"):
            with self.assertRaises(cb.InvalidError) as raised:
                connect(wrong)
            self.assertNotIn("s3cret", str(raised.exception))

    async def test_a_refused_handshake_ends_the_session_with_its_status(self) -> None:
        for status in (400, 401, 403):
            self.server.refusals = [f"{status} No"]
            session = self.session()
            with self.assertRaises(cb.SessionEndedError) as raised:
                await session.ready(LIMIT)
            self.assertEqual(status, raised.exception.http_status)

    async def test_a_redirect_is_not_followed(self) -> None:
        self.server.refusals = [f"301 Moved\r\nLocation: {self.server.url}2"]
        session = self.session(key="k", random=lambda: 0.5)
        told = session.messages(cb.Reconnecting)
        self.assertEqual(1006, (await told.__anext__()).code)
        self.assertEqual(1, self.server.connected)

    async def test_without_server_ready_says_why(self) -> None:
        url = self.server.url
        await self.server.__aexit__()
        session = connect(url)
        with self.assertRaisesRegex(cb.RequestTimeoutError, "not connected within 0.5 s: cannot connect"):
            session.start()
            await session.ready(0.5)
        await session.close()

    async def test_cameras_subscribes_and_gives_the_present_state_first(self) -> None:
        session = self.session()
        peer = await self.opened(session)
        updates = session.cameras("tour")
        first = asyncio.ensure_future(updates.__anext__())
        asked = await self.grant(peer, camera("tour", 8, 1))
        self.assertEqual(["tour"], asked["cameras"])
        self.assertEqual(1.0, (await first).view.center[0])
        peer.send(camera("tour", 11, 2))
        self.assertEqual(11, (await updates.__anext__()).seq)
        another = session.cameras("stage")
        waiting = asyncio.ensure_future(another.__anext__())
        asked = await self.grant(peer, camera("stage", 9, 5), all=False)
        self.assertEqual(["tour", "stage"], asked["cameras"])
        self.assertEqual("stage", (await waiting).camera)
        self.assertEqual({"tour", "stage"}, set(session.latest))

    async def test_a_slow_loop_gets_the_newest_state_of_each_camera(self) -> None:
        session = self.session(subscription=Subscription(cameras=("*",)))
        peer = await self.subscribed(session)
        updates = session.cameras()
        peer.send(camera("a", 11, 0))
        self.assertEqual(11, (await updates.__anext__()).seq)
        for seq in range(12, 500):
            peer.send(camera("a" if seq % 2 else "b", seq, seq))
        await until(lambda: session.seq == 499)
        self.assertEqual([498, 499], sorted([(await updates.__anext__()).seq, (await updates.__anext__()).seq]))

    async def test_every_gives_each_update_and_ends_beyond_its_bound(self) -> None:
        session = self.session(subscription=Subscription(cameras=("*",), delivery="every"))
        peer = await self.subscribed(session)
        updates = session.cameras()
        peer.send(camera("a", 11, 0))
        await updates.__anext__()
        for seq in range(12, 12 + 5_000):
            peer.send(camera("a", seq, seq))
        await until(lambda: session.seq == 5_011)
        seen = []
        with self.assertRaises(cb.LimitError):
            async for update in updates:
                seen.append(update.seq)
        self.assertEqual(list(range(12, 12 + 4_096)), seen)

    async def test_a_refused_subscription_leaves_the_one_before(self) -> None:
        session = self.session(subscription=Subscription(cameras=("tour",)))
        peer = await self.subscribed(session)
        asking = asyncio.ensure_future(session.subscribe(Subscription(cameras=("x",))))
        subscribe = await peer.next("subscribe")
        peer.send({"type": "error", "id": subscribe["id"], "code": "limit", "message": "too much"})
        with self.assertRaises(cb.LimitError):
            await asking
        self.assertEqual(("tour",), session.subscription.cameras)

    async def test_driving_without_a_connection_keeps_the_newest_view_of_each_camera(self) -> None:
        session = self.session()
        session.drive("tour", View2D((1, 0)), cut=True)
        session.drive("tour", View2D((2, 0)))
        session.drive("stage", View2D((3, 0)))
        peer = await self.opened(session)
        first, second = await peer.next("camera"), await peer.next("camera")
        self.assertEqual(("tour", [2.0, 0.0], True), (first["camera"], first["view"]["center"], first["cut"]))
        self.assertEqual("stage", second["camera"])
        self.assertEqual(1, session.stats.superseded)

    async def test_a_view_that_waited_too_long_is_not_sent(self) -> None:
        session = self.session(drive_hold=0.0)
        session.drive("tour", View2D((1, 0)))
        await asyncio.sleep(0.01)
        peer = await self.opened(session)
        releasing = asyncio.ensure_future(session.release("tour"))
        release = await peer.next("control")
        peer.send({"type": "ack", "id": release["id"]})
        self.assertIsNone(await releasing)

    async def test_a_release_is_not_overtaken_by_the_view_before_it(self) -> None:
        session = self.session()
        peer = await self.opened(session)
        session.drive("tour", View2D((1, 0)))
        releasing = asyncio.ensure_future(session.release("tour"))
        self.assertEqual("camera", (await peer.next())["type"])
        release = await peer.next("control")
        peer.send({"type": "ack", "id": release["id"], "seq": 12})
        self.assertEqual(12, await releasing)

    async def test_requests_have_a_limit_in_number_and_time(self) -> None:
        session = self.session(max_outstanding=1, request_timeout=4.0)
        peer = await self.opened(session)
        first = asyncio.ensure_future(session.take("tour"))
        await peer.next("control")
        with self.assertRaises(cb.LimitError):
            await session.take("tour")
        with self.assertRaises(cb.RequestTimeoutError):
            await first
        again = asyncio.ensure_future(session.take("tour", force=True))
        request = await peer.next("control")
        self.assertTrue(request["force"])
        peer.send({"type": "ack", "id": request["id"]})
        self.assertIsNone(await again)

    async def test_a_message_beyond_the_limit_is_not_sent(self) -> None:
        session = self.session()
        await self.opened(session)
        with self.assertRaises(cb.LimitError) as raised:
            await session.transact([Put(Model(f"m{i}", "models/" + "x" * 200)) for i in range(400)])
        self.assertEqual("messageBytes", raised.exception.field)

    async def test_requests_fail_with_the_connection(self) -> None:
        session = self.session()
        peer = await self.opened(session)
        asking = asyncio.ensure_future(session.take("tour"))
        await peer.next("control")
        peer.cut()
        with self.assertRaises(cb.DisconnectedError):
            await asking

    async def test_a_transaction_shows_in_the_scene(self) -> None:
        session = self.session(subscription=Subscription(scene=True, cameras=("tour",)))
        peer = await self.subscribed(session, scene={"revision": 7, "models": [], "selected": []})
        states = session.scenes()
        self.assertEqual(SceneState(7), await states.__anext__())
        ops = [Put(Model("gear", "models/gear.glb")), Select(("gear",)), Patch("gear", visible=False, label=None)]
        working = asyncio.ensure_future(session.transact(ops, camera=CameraMove("tour", View2D((4, 0)), cut=True)))
        request = await peer.next("scene")
        self.assertEqual({"op": "patch", "id": "gear", "visible": False, "label": None}, request["ops"][2])
        state = camera("tour", 12, 4)
        del state["seq"]
        peer.send({"type": "ack", "id": request["id"], "seq": 12})
        peer.send({"type": "scene", "seq": 12, "time": 5, "ops": request["ops"], "origin": "s1", "camera": state})
        self.assertEqual(12, await working)
        scene = await states.__anext__()
        self.assertIs(scene, session.scene)
        self.assertEqual((8, ("gear",), False), (scene.revision, scene.selected, scene.models["gear"].visible))
        self.assertEqual(12, session.latest["tour"].seq)

    async def test_a_scene_that_does_not_fit_is_asked_for_again(self) -> None:
        session = self.session(subscription=Subscription(scene=True))
        peer = await self.subscribed(session, scene={"revision": 7, "models": [], "selected": []})
        peer.send({"type": "scene", "seq": 12, "ops": [{"op": "remove", "id": "gear"}]})
        self.assertFalse((await peer.next("subscribe"))["scene"])
        peer.send(snapshot(12, all=False))
        subscribe = await self.grant(peer, all=False, scene={"revision": 8, "models": [], "selected": []})
        self.assertTrue(subscribe["scene"])
        await until(lambda: session.scene == SceneState(8), "the scene")
        self.assertEqual(1, session.stats.repairs)

    async def test_presence_control_and_walls_are_kept(self) -> None:
        session = self.session(subscription=Subscription(cameras=("*",), presence=True, walls=("main",)))
        told = session.messages(cb.Control, cb.Asked, cb.Notice, cb.Assigned)
        wall = {
            "type": "wall",
            "seq": 9,
            "wall": "main",
            "width": 2.0,
            "height": 1.0,
            "unit": "mm",
            "fit": "cover",
            "view": "camera",
            "members": [{"display": "left", "x": 0, "y": 0, "width": 1, "height": 1}],
            "delay": [{"from": 100, "value": 50, "until": 200, "to": 150}],
        }
        left = {"type": "display", "seq": 8, "action": "joined", "display": "left", "session": "s1", "user": "ann"}
        peer = await self.subscribed(session, walls=[wall], displays=[{**left, "connected": True}])
        self.assertEqual([50, 100, 150], [session.walls["main"].delay_at(time) for time in (0, 150, 900)])
        self.assertEqual("ann", session.displays["s1"].user)
        peer.send({"type": "control", "seq": 11, "camera": "tour", "holder": "right", "session": "s2"})
        peer.send({"type": "asked", "camera": "tour", "display": "right", "session": "s2"})
        peer.send({"type": "notice", "level": "info", "text": "hello"})
        peer.send({"type": "assigned", "wall": "main"})
        kinds = [type(await told.__anext__()).__name__ for _ in range(4)]
        self.assertEqual(["Control", "Asked", "Notice", "Assigned"], kinds)
        self.assertEqual(("right", "main"), (session.control["tour"].holder, session.wall))
        peer.send({"type": "camera-removed", "seq": 12, "camera": "tour"})
        peer.send({"type": "wall-removed", "seq": 13, "wall": "main"})
        peer.send({**left, "seq": 14, "action": "left", "connected": False})
        await until(lambda: session.seq == 14)
        self.assertEqual(({}, {}, {}), (dict(session.control), dict(session.walls), dict(session.displays)))

    async def test_garbage_from_the_server_is_counted_and_changes_nothing(self) -> None:
        session = self.session(subscription=Subscription(cameras=("*",), scene=True, walls=("*",)))
        peer = await self.subscribed(session, scene={"revision": 1, "models": [], "selected": []})
        garbage = [
            "no json", "[]", "42", "null", "{}", '{"type":7}', '{"type":"what"}', '{"type":"camera"}', "[" * 100_000,
            '{"type":"camera","seq":-1,"camera":"a","time":1,"view":null}', '{"type":"pong","t0":"x"}',
            '{"type":"camera","seq":1e400,"camera":"a"}', '{"type":"camera","seq":NaN}', '{"type":"control"}',
            '{"type":"snapshot","seq":"x"}', '{"type":"welcome"}', '{"type":"display","seq":1.5}',
            '{"type":"heartbeat","seq":"x"}', '{"type":"wall","seq":3,"wall":[]}', '{"type":"gap"}',
            '{"type":"notice","level":[]}', '{"type":"assigned","wall":{}}', '{"type":"error"}',
            '{"type":"snapshot","epoch":"e1","seq":10,"all":false,"cameras":{},"scene":{"selected":[[]]}}',
            {"type": "camera", "seq": 200, "camera": "a", "time": 1, "source": "t", "view": flat(1, zoom=0)},
        ]  # fmt: skip
        for each in garbage:
            peer.send(each)
        peer.send({"type": "ack", "id": 99})
        peer.frame(0x82, b"\x01\x02")
        peer.send(camera("ok", 101, 1))
        await until(lambda: "ok" in session.latest, "the camera behind the garbage")
        self.assertIs(SessionState.CONNECTED, session.state)
        self.assertNotIn("a", session.latest)
        self.assertEqual(101, session.seq)
        self.assertEqual(len(garbage) + 1, session.stats.ignored)

    async def test_a_server_that_goes_silent_is_left(self) -> None:
        session = self.session()
        told = session.messages(cb.Reconnecting)
        self.server.ahead = None
        peer = await self.opened(session, heartbeat={"interval": 50, "timeout": 300})
        self.assertRegex((await told.__anext__()).reason, "nothing received for 0.3 s")
        await peer.ends()
        self.assertEqual(4000, peer.close_code)

    async def test_a_goodbye_without_close_ends_the_connection(self) -> None:
        session = self.session()
        told = session.messages(cb.Reconnecting)
        peer = await self.opened(session)
        peer.send({"type": "goodbye", "code": 4503, "reason": "draining", "reconnectAfter": 40})
        peer.cut()
        loss = await told.__anext__()
        self.assertEqual((4503, "draining", 0.04), (loss.code, loss.reason, loss.delay))

    async def test_a_server_that_selects_no_subprotocol_is_left(self) -> None:
        self.server.selects = False
        session = self.session()
        told = session.messages(cb.Reconnecting)
        self.assertIn("does not speak", (await told.__anext__()).reason)

    async def test_leaving_says_bye_and_ends_what_iterates(self) -> None:
        session = connect(self.server.url, subscription=Subscription(cameras=("tour",)))
        entering = asyncio.ensure_future(session.__aenter__())
        peer = await self.server.peer()
        await peer.next("hello")
        peer.send(welcome())
        await entering
        await self.grant(peer)

        async def follow() -> list[Any]:
            return [update async for update in session.cameras("tour")]

        following = asyncio.ensure_future(follow())
        await asyncio.sleep(0)
        leaving = asyncio.ensure_future(session.close())
        await peer.next("bye")
        peer.close(1000)
        await leaving
        self.assertEqual([], await following)
        with self.assertRaises(cb.ClosedError):
            await session.take("tour")
        await session.wait_closed()

    async def test_a_final_close_raises_where_somebody_iterates(self) -> None:
        session = self.session(subscription=Subscription(cameras=("tour",)))
        peer = await self.subscribed(session)
        peer.close(4401, "key revoked")
        with self.assertRaises(cb.SessionEndedError) as raised:
            async for _ in session.cameras("tour"):
                pass
        self.assertEqual((4401, "ended"), (raised.exception.close_code, raised.exception.code))

    async def test_a_stream_that_nobody_holds_is_gone(self) -> None:
        session = self.session(subscription=Subscription(cameras=("tour",)))
        peer = await self.subscribed(session, camera("tour", 8, 1))
        async for _ in session.cameras("tour"):
            break
        self.assertEqual(0, len(session._streams._cameras))
        peer.send(camera("tour", 12, 1))
        await until(lambda: session.seq == 12)

    async def test_the_clock_is_measured_anew_after_a_sleep(self) -> None:
        self.server.ahead = 5_000_000
        session = self.session()
        await self.opened(session)
        await until(lambda: session.clock.measurements >= 3, "measurements")
        before = session.clock.offset or 0
        self.assertLess(abs(before - 5_000_000), 2_000_000)
        self.server.ahead = 25_000_000
        session._clock._wall_ahead -= 20
        session.now()
        self.assertIsNone(session.clock.offset)
        await until(lambda: session.clock.offset is not None, "a measurement")
        self.assertLess(abs((session.clock.offset or 0) - before - 20_000_000), 2_000_000)

    async def test_a_raw_request_is_numbered_and_answered(self) -> None:
        session = self.session()
        peer = await self.opened(session)
        asking = asyncio.ensure_future(session.request({"type": "admin", "action": "undrain"}))
        request = await peer.next("admin")
        peer.send({"type": "error", "id": request["id"], "code": "forbidden", "message": "no", "field": "action"})
        with self.assertRaises(cb.ForbiddenError) as raised:
            await asking
        self.assertEqual("action", raised.exception.field)
        for wrong in ({"type": "bye"}, {"type": "admin", "id": 3}, {}):
            with self.assertRaises(cb.InvalidError):
                await session.request(wrong)

    async def test_a_clear_of_an_unfollowed_scene_gives_its_number(self) -> None:
        session = self.session()
        peer = await self.opened(session)
        working = asyncio.ensure_future(session.transact([Clear()]))
        request = await peer.next("scene")
        peer.send({"type": "ack", "id": request["id"], "seq": 44})
        self.assertEqual(44, await working)
        self.assertIsNone(session.scene)


if __name__ == "__main__":
    unittest.main()
