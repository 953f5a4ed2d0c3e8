"""Views, operations, walls and the schedule of reconnects, by themselves; and what comes in, whatever it is."""

from __future__ import annotations

import asyncio
import copy
import json
import math
import random
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from compositor_bridge import (  # noqa: E402
    CameraMove,
    Clear,
    CompositorError,
    DisplaySettings,
    Frustum,
    InvalidError,
    Lens,
    Model,
    NotFoundError,
    Orthographic,
    Patch,
    Perspective,
    Put,
    Remove,
    SceneState,
    Select,
    Stats,
    Subscription,
    View2D,
    View3D,
    apply_ops,
)
from compositor_bridge._incoming import Incoming  # noqa: E402
from compositor_bridge._reconnect import FINAL_CODES, HostRing, ReconnectSchedule  # noqa: E402
from compositor_bridge._requests import PendingRequests  # noqa: E402
from compositor_bridge._server_clock import ServerClock  # noqa: E402
from compositor_bridge._state import KnownState  # noqa: E402
from compositor_bridge._streams import Streams  # noqa: E402
from compositor_bridge.views import view_of  # noqa: E402

SESSIONS = Path(__file__).parent.parent.parent / "conformance" / "sessions"


class ViewTest(unittest.TestCase):
    def test_a_wrong_value_is_named_with_its_rule(self) -> None:
        nan = float("nan")
        wrong = {
            "view.zoom": lambda: View2D((0, 0), zoom=0),
            "view.center": lambda: View2D((0, 0, 0)),  # type: ignore[arg-type]
            "view.center[1]": lambda: View2D((0, nan)),
            "view.size[0]": lambda: View2D((0, 0), size=(0, 1)),
            "view.rotation": lambda: View2D((0, 0), rotation=True),
            "view.orientation": lambda: View3D((0, 0, 0), (0, 0, 0, 2)),
            "view.focusDistance": lambda: View3D((0, 0, 0), focus_distance=0),
            "view.projection.yfov": lambda: Perspective(math.pi),
            "view.projection.zfar": lambda: Perspective(1, 1, 1),
            "view.projection.znear": lambda: Orthographic(1, 1, -1, 1),
            "view.projection.left": lambda: Frustum(1, 1, 0, 1, 1, 2),
            "view.projection.bottom": lambda: Frustum(0, 1, 2, 1, 1, 2),
            "view.lens.distortion": lambda: Lens(distortion=(0.0,) * 33),
            "settings.width": lambda: DisplaySettings(width=0),
            "settings.fit": lambda: DisplaySettings(fit="stretch"),
            "rate": lambda: Subscription(delivery="every", rate=5),
            "cameras[0]": lambda: Subscription(cameras=("a//b",)),
            "cameras": lambda: Subscription(cameras="tour"),  # type: ignore[arg-type]
            "echo": lambda: Subscription(scene=True, echo=False),
            "camera": lambda: CameraMove("../a", View2D((0, 0))),
        }
        for field, make in wrong.items():
            with self.subTest(field), self.assertRaises(InvalidError) as raised:
                make()
            self.assertEqual(field, raised.exception.field)
            self.assertIn(field, raised.exception.message)

    def test_a_view_comes_back_as_it_went(self) -> None:
        lens = Lens(24.3, (36.0, 20.25), (0.1, -0.2))
        for view in (
            View2D((1, 2), 3, 4, (5, 6)),
            View3D((1, 2, 3), (0, 0, 1, 0), Perspective(1, 0.1, 10, 1.5), 2, lens),
            View3D((1, 2, 3), projection=Orthographic(1, 2, 0, 4)),
            View3D((1, 2, 3), projection=Frustum(-1, 1, -1, 1, 1, 2)),
        ):
            self.assertEqual(view, view_of(json.loads(json.dumps(view.to_json()))))

    def test_screen_and_world_are_inverse_and_positive_rotation_turns_clockwise(self) -> None:
        view = View2D((100, 50), zoom=2, rotation=math.pi / 2)
        screen = (200, 100)
        self.assertEqual((100.0, 50.0), view.to_world((100, 50), screen))
        x, y = view.to_screen((110, 50), screen)
        # what lies right of the middle is seen below it
        self.assertAlmostEqual(100, x)
        self.assertAlmostEqual(70, y)
        x, y = view.to_world(view.to_screen((3, -7), screen), screen)
        self.assertAlmostEqual(3, x)
        self.assertAlmostEqual(-7, y)


class SceneTest(unittest.TestCase):
    def test_operations_happen_in_order_or_not_at_all(self) -> None:
        gear = Model("gear", "models/gear.glb", label="x")
        state = apply_ops(SceneState(4), [Put(gear), Select(("gear", "gear")), Patch("gear", position=(1, 2, 3))])
        self.assertEqual((5, ("gear",)), (state.revision, state.selected))
        self.assertEqual((1.0, 2.0, 3.0), state.models["gear"].position)
        with self.assertRaises(NotFoundError) as raised:
            apply_ops(state, [Clear(), Patch("gear", visible=False)])
        self.assertEqual("ops[1].id", raised.exception.field)
        self.assertIn("gear", state.models)
        back = apply_ops(state, [Patch("gear", position=None, label=None)]).models["gear"]
        self.assertEqual(((0.0, 0.0, 0.0), None, "models/gear.glb"), (back.position, back.label, back.uri))
        self.assertEqual(SceneState(6), apply_ops(state, [Remove("gear")]))

    def test_a_model_keeps_the_rules_of_the_server(self) -> None:
        for uri in ("", "/a.glb", "http://a/b.glb", "a/../b.glb", "a\\b.glb", "x" * 257):
            with self.subTest(uri), self.assertRaises(InvalidError):
                Model("m", uri)
        for name in ("", "a/", "/a", "a/../b", "ä", "x" * 65):
            with self.subTest(name), self.assertRaises(InvalidError):
                Model(name, "m.glb")


class ReconnectTest(unittest.TestCase):
    def test_waits_follow_the_protocol(self) -> None:
        schedule = ReconnectSchedule(lambda: 0.5)
        self.assertEqual([0.5, 1.0, 2.0], [schedule.lost(1006, None, at) for at in (0, 1, 2)])
        for _ in range(20):
            last = schedule.lost(1006, None, 3)
        self.assertEqual(30.0, last)
        schedule.welcomed()
        losses = ((1012, 9), (1006, 10), (1006, 11.9), (1006, 12))
        self.assertEqual([0.05, 0.15, 0.15, 0.5], [schedule.lost(code, None, at) for code, at in losses])
        schedule.welcomed()
        self.assertEqual([2.05, 0.15], [schedule.lost(4503, 2.0, 20), schedule.lost(1006, None, 24)])
        for code in FINAL_CODES:
            self.assertIsNone(schedule.lost(code, None, 0))

    def test_the_first_round_of_hosts_does_not_wait(self) -> None:
        ring = HostRing("ws://a")
        self.assertFalse(ring.lost(1006))
        self.assertEqual("ws://a", ring.current)
        ring.welcomed(("ws://a", "ws://b", "http://c"))
        self.assertFalse(ring.lost(1012))
        self.assertEqual("ws://a", ring.current)
        rounds = [(ring.lost(1006), ring.current) for _ in range(3)]
        self.assertEqual([(True, "ws://b"), (True, "ws://a"), (False, "ws://b")], rounds)
        ring.welcomed(())
        self.assertFalse(ring.lost(1006))
        self.assertEqual("ws://a", ring.current)


class _Host:
    """Hears of everything and does nothing."""

    welcomed = True

    def on_welcome(self, welcome: Any) -> None: ...
    def hello_refused(self, error: CompositorError) -> None: ...
    def granted(self) -> None: ...
    def assigned(self, wall: str | None) -> None: ...
    def said_goodbye(self, goodbye: Any) -> None: ...
    def scene_torn(self) -> None: ...
    def tiles_torn(self) -> None: ...
    def advanced(self) -> None: ...


class IncomingTest(unittest.IsolatedAsyncioTestCase):
    BAD = [
        None, True, -1, 0, 1.5, 1e308, 10**400, 2**60, "", "x" * 300, "\ud800", [], {}, [[]], [None], {"a": 1}, -0.0,
    ]  # fmt: skip

    def spoilt(self, value: Any, chance: random.Random) -> Any:
        if chance.random() < 0.08:
            return copy.deepcopy(chance.choice(self.BAD))
        if isinstance(value, dict):
            return {k: self.spoilt(v, chance) for k, v in value.items() if chance.random() > 0.03}
        return [self.spoilt(v, chance) for v in value] if isinstance(value, list) else value

    async def test_survives_any_message(self) -> None:
        scripts = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(SESSIONS.glob("*.json"))]
        sent = [step["send"] for script in scripts for step in script["steps"] if isinstance(step.get("send"), dict)]
        stats = Stats()
        incoming = Incoming(_Host(), KnownState(), ServerClock(), PendingRequests(1, 1.0), Streams(), stats)
        chance = random.Random(17)
        for i in range(10_000):
            message = chance.choice(sent)
            incoming.received(json.dumps({"type": message["type"], **self.spoilt_fields(message, chance)}))
            if i % 1_000 == 0:
                await asyncio.sleep(0)
        self.assertEqual(10_000, stats.received)
        self.assertGreater(stats.ignored, 1_000)

    def spoilt_fields(self, message: dict[str, Any], chance: random.Random) -> dict[str, Any]:
        return {k: self.spoilt(v, chance) for k, v in message.items() if k != "type"}


if __name__ == "__main__":
    unittest.main()
