"""The messages of the server (protocol, "Messages"). Names are the protocol's, in snake_case.

Times are microseconds since the Unix epoch, by the server's clock, unless said otherwise. ``seq`` is the number in the
one sequence, which counts within an ``epoch``. Fields that this version does not know are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Union

from ._checks import (
    MAX_INTEGER,
    camera_name,
    display_name,
    finite,
    flag,
    integer,
    invalid,
    mapping,
    one_of,
    positive,
    present,
    sequence,
    text,
    vector,
)
from .scene import SceneOp, SceneState, ops_of, scene_of
from .tiles import TileOp, TilesState, tile_ops_of
from .views import View, view_of

__all__ = [
    "Ack",
    "Asked",
    "Assigned",
    "CameraRemoved",
    "CameraUpdate",
    "Control",
    "DelayChange",
    "Display",
    "DisplaySettings",
    "Gap",
    "Goodbye",
    "Heartbeat",
    "HeartbeatTimes",
    "Limits",
    "Message",
    "Notice",
    "Playback",
    "Pong",
    "Reconnecting",
    "Refusal",
    "SceneChange",
    "ServerInfo",
    "Snapshot",
    "TilesChange",
    "Wall",
    "WallMember",
    "WallRemoved",
    "Welcome",
]

_MAX_WALL_MEMBERS = 256


@dataclass(frozen=True)
class DisplaySettings:
    """What a display says of itself; what is None is left out.

    width, height: physical pixels, 1 to 1,000,000.
    pixel_ratio: physical pixels per CSS pixel, above 0.
    refresh_rate: hertz, above 0.
    color_space: ``srgb``, ``display-p3`` or ``rec2020``.
    fit: how a view of another shape is shown: ``contain``, ``cover`` or ``same-scale``.
    title: for people, at most 256 characters.
    """

    width: int | None = None
    height: int | None = None
    pixel_ratio: float | None = None
    refresh_rate: float | None = None
    color_space: str | None = None
    fit: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            if getattr(self, name) is not None:
                integer(getattr(self, name), f"settings.{name}", 1, 1_000_000)
        if self.pixel_ratio is not None:
            positive(self.pixel_ratio, "settings.pixelRatio")
        if self.refresh_rate is not None:
            positive(self.refresh_rate, "settings.refreshRate")
        if self.color_space is not None:
            one_of(self.color_space, "settings.colorSpace", "srgb", "display-p3", "rec2020")
        if self.fit is not None:
            one_of(self.fit, "settings.fit", "contain", "cover", "same-scale")
        if self.title is not None:
            text(self.title, "settings.title", 256)

    def to_json(self) -> dict[str, Any]:
        """The settings as the protocol has them."""
        return present(
            width=self.width,
            height=self.height,
            pixelRatio=self.pixel_ratio,
            refreshRate=self.refresh_rate,
            colorSpace=self.color_space,
            fit=self.fit,
            title=self.title,
        )


@dataclass(frozen=True)
class HeartbeatTimes:
    """In milliseconds. interval: how often a heartbeat comes; timeout: after how much silence a side gives up."""

    interval: int
    timeout: int


@dataclass(frozen=True)
class Limits:
    """message_bytes: how long a message of a client may be; resume_window: milliseconds that a session waits for."""

    message_bytes: int
    requests_per_second: float
    resume_window: int
    cameras: int
    models: int


@dataclass(frozen=True)
class ServerInfo:
    name: str
    version: str


@dataclass(frozen=True)
class Welcome:
    """The session is open, or resumed: then the subscription is still in force.

    token resumes the session; it is a secret. wall: the wall that this display belongs to, or None.
    hosts: addresses of the hosts at which the session can go on; empty: here alone.
    """

    session: str
    display: str
    token: str = field(repr=False)
    resumed: bool
    epoch: str
    seq: int
    time: int
    role: str
    heartbeat: HeartbeatTimes
    limits: Limits
    server: ServerInfo
    settings: DisplaySettings | None = None
    wall: str | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Playback:
    """What plays, and where it is; positions are microseconds since the beginning of the recording.

    playback: the name of the camera source that it plays as.
    status: ``stopped``, ``playing`` or ``paused``.
    length: position of the last entry; speed: a factor; loop: whether it begins again.
    marks: positions between which it loops, or None: all of it.
    began: when the server got the first entry, of a recording of its recorder, else None.
    """

    playback: str
    status: str
    position: int
    length: int
    speed: float
    loop: bool
    marks: tuple[int, int] | None = None
    began: int | None = None


@dataclass(frozen=True)
class Ack:
    """The answer to a request. seq: what the request became in the sequence, or None.

    playbacks: of a request about what plays, how that is.
    """

    id: int | str | None
    seq: int | None = None
    playbacks: tuple[Playback, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """An ``error`` of the server that answers no request that still waits, such as that of a driven view.

    code: as in the protocol, "Errors"; message: the value and the rule; field: the path of the field at fault, or None.
    """

    code: str
    message: str
    field: str | None = None
    id: int | str | None = None


@dataclass(frozen=True)
class CameraUpdate:
    """The newest state of a camera.

    time: when the view was sampled; received: when the server got it. A time more than 1 s after received comes from a
    wrong clock: use received.
    sample: the source's own number, timecode: the source's own, both passed on unchanged.
    source: the source or display that sent it; origin: the session that caused it, if one did.
    cut: the view jumps; do not smooth across it.
    """

    seq: int
    camera: str
    time: int
    received: int
    source: str
    view: View
    sample: int | None = None
    timecode: str | None = None
    origin: str | None = None
    cut: bool = False


@dataclass(frozen=True)
class CameraRemoved:
    """A camera is gone by configuration, or an operator removed it."""

    seq: int
    camera: str


@dataclass(frozen=True)
class Control:
    """A camera has another holder: the name of a display or source, or None. session: the holder's, if it has one."""

    seq: int
    camera: str
    holder: str | None = None
    session: str | None = None


@dataclass(frozen=True)
class SceneChange:
    """A transaction on the scene: all of it belongs into one frame, together with its camera.

    time: the sample time of the camera, else when the server took it; None from older servers.
    """

    seq: int
    ops: tuple[SceneOp, ...]
    time: int | None = None
    origin: str | None = None
    camera: CameraUpdate | None = None


@dataclass(frozen=True)
class Display:
    """A display joined, changed or left (``action``). connected is False while its session waits for it."""

    seq: int
    action: str
    display: str
    session: str
    user: str
    connected: bool
    settings: DisplaySettings | None = None
    reason: str | None = None


@dataclass(frozen=True)
class WallMember:
    """A display of a wall and the rectangle that it covers, from the wall's upper left corner, y down, in its unit.

    turn: degrees by which the screen stands turned, clockwise as its viewer sees it: 0, 90, 180 or 270.
    delay: milliseconds that the screen itself takes to show a picture, 0 to 1000.
    position: the middle of a screen that stands at an angle, in the wall's coordinates; yaw, pitch: radians.
    """

    display: str
    x: float
    y: float
    width: float
    height: float
    turn: int = 0
    delay: float = 0.0
    position: tuple[float, float, float] | None = None
    yaw: float = 0.0
    pitch: float = 0.0


@dataclass(frozen=True)
class DelayChange:
    """The delay of a wall is ``value`` up to the server's time ``start``, ``to`` from ``until`` on, and passes between.

    All in microseconds; ``start`` is the protocol's ``from``, which is a keyword of Python.
    """

    start: int
    value: int
    until: int
    to: int


@dataclass(frozen=True)
class Wall:
    """A wall of displays as it stands, as a whole. Lengths are in ``unit``, ``mm`` or ``px``.

    fit: how a view of another shape lies on it; view: ``camera`` or ``window``, seen from ``eye``.
    delay: changes of the delay, the oldest first; empty: no delay was chosen yet.
    picture: what members show in place of their picture: ``calibration``, ``identify`` or None.
    """

    seq: int
    wall: str
    width: float
    height: float
    unit: str
    fit: str
    view: str
    members: tuple[WallMember, ...]
    camera: str | None = None
    title: str | None = None
    eye: tuple[float, float, float] | None = None
    delay: tuple[DelayChange, ...] = ()
    picture: str | None = None

    def delay_at(self, time: int) -> float:
        """The delay at the server's time, in microseconds: members show the sample time of ``time`` less it."""
        if not self.delay:
            return 0.0
        change = next((each for each in reversed(self.delay) if each.start <= time), self.delay[0])
        if time <= change.start:
            return float(change.value)
        if time >= change.until:
            return float(change.to)
        part = (time - change.start) / (change.until - change.start)
        return change.value + (change.to - change.value) * part


@dataclass(frozen=True)
class WallRemoved:
    """A wall is gone."""

    seq: int
    wall: str


@dataclass(frozen=True)
class Assigned:
    """This display belongs to that wall from now on, or to none (None). Not in the sequence."""

    wall: str | None


@dataclass(frozen=True)
class Asked:
    """Another display asks for a camera that this session holds. Not in the sequence."""

    camera: str
    display: str
    session: str | None = None


@dataclass(frozen=True)
class Notice:
    """A message of an operator; level: ``info``, ``warning`` or ``error``."""

    level: str
    text: str


@dataclass(frozen=True)
class Heartbeat:
    """A sign of life, and the account since the welcome: everything up to seq is in one of the three numbers."""

    time: int
    seq: int
    delivered: int = 0
    superseded: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Pong:
    """The server's clock. t0: the local clock at the ping, t1: received, t2: answered."""

    t0: int
    t1: int
    t2: int
    id: int | str | None = None
    report_after: int | None = None


@dataclass(frozen=True)
class Gap:
    """Numbers that the journal lost before this display took them; a snapshot follows.

    ``first`` and ``last`` are the protocol's ``from`` and ``to``.
    """

    first: int
    last: int


@dataclass(frozen=True)
class Goodbye:
    """The server closes with this code. reconnect_after: milliseconds, or None: as the code says."""

    code: int
    reason: str
    reconnect_after: float | None = None


@dataclass(frozen=True)
class Snapshot:
    """The state as of one number. With ``all`` it replaces everything, epoch and seq included; else it adds."""

    epoch: str
    seq: int
    all: bool
    cameras: tuple[CameraUpdate, ...] = ()
    control: tuple[Control, ...] = ()
    scene: SceneState | None = None
    displays: tuple[Display, ...] | None = None
    walls: tuple[Wall, ...] | None = None
    tiles: TilesState | None = None
    following: int = 0


@dataclass(frozen=True)
class TilesChange:
    """A transaction on tiles; without time it is a part of the snapshot before it.

    scene: what belongs to it of the scene, and camera of a camera.
    """

    seq: int
    ops: tuple[TileOp, ...]
    time: int | None = None
    origin: str | None = None
    scene: tuple[SceneOp, ...] | None = None
    camera: CameraUpdate | None = None


@dataclass(frozen=True)
class Reconnecting:
    """No message of the server: the connection is lost, and tried again after ``delay`` seconds.

    code: the close code, 1006 where none came.
    """

    code: int
    reason: str
    delay: float


Message = Union[
    Welcome,
    Ack,
    Refusal,
    Snapshot,
    CameraUpdate,
    CameraRemoved,
    Control,
    SceneChange,
    TilesChange,
    Display,
    Wall,
    WallRemoved,
    Assigned,
    Asked,
    Notice,
    Heartbeat,
    Pong,
    Gap,
    Goodbye,
    Reconnecting,
]


# ---- reading: each raises InvalidError

Fields = dict[str, Any]


def welcome_of(m: Fields) -> Welcome:
    beat = mapping(m.get("heartbeat"), "heartbeat")
    limits = mapping(m.get("limits"), "limits")
    server = m.get("server") if isinstance(m.get("server"), dict) else {}
    settings = m.get("settings")
    return Welcome(
        text(m.get("session"), "session"),
        text(m.get("display"), "display"),
        text(m.get("token"), "token"),
        m.get("resumed") is True,
        text(m.get("epoch"), "epoch"),
        integer(m.get("seq"), "seq"),
        integer(m.get("time"), "time"),
        text(m.get("role"), "role"),
        HeartbeatTimes(
            integer(beat.get("interval"), "heartbeat.interval", 1), integer(beat.get("timeout"), "heartbeat.timeout", 1)
        ),
        Limits(
            integer(limits.get("messageBytes", 65_536), "limits.messageBytes", 1),
            positive(limits.get("requestsPerSecond", 100), "limits.requestsPerSecond"),
            integer(limits.get("resumeWindow", 60_000), "limits.resumeWindow"),
            integer(limits.get("cameras", 4_096), "limits.cameras"),
            integer(limits.get("models", 0), "limits.models"),
        ),
        ServerInfo(str((server or {}).get("name", "")), str((server or {}).get("version", ""))),
        None if settings is None else settings_of(settings),
        None if m.get("wall") is None else display_name(m["wall"], "wall"),
        tuple(host for host in m.get("hosts") or () if isinstance(host, str)),
    )


def settings_of(value: Any) -> DisplaySettings:
    s = mapping(value, "settings")
    return DisplaySettings(
        s.get("width"),
        s.get("height"),
        s.get("pixelRatio"),
        s.get("refreshRate"),
        s.get("colorSpace"),
        s.get("fit"),
        s.get("title"),
    )


def camera_of(m: Fields, seq: Any = None) -> CameraUpdate:
    time = integer(m.get("time"), "time")
    return CameraUpdate(
        integer(m.get("seq") if seq is None else seq, "seq"),
        camera_name(m.get("camera")),
        time,
        integer(m.get("received", time), "received"),
        text(m.get("source"), "source"),
        view_of(m.get("view")),
        _optional(m, "sample", integer),
        _optional(m, "timecode", text),
        _optional(m, "origin", text),
        m.get("cut") is True,
    )


def control_of(m: Fields) -> Control:
    seq = integer(m.get("seq"), "seq")
    return Control(seq, camera_name(m.get("camera")), _optional(m, "holder", text), _optional(m, "session", text))


def display_of(m: Fields) -> Display:
    return Display(
        integer(m.get("seq"), "seq"),
        one_of(m.get("action"), "action", "joined", "changed", "left"),
        text(m.get("display"), "display"),
        text(m.get("session"), "session"),
        text(m.get("user", ""), "user"),
        flag(m.get("connected", True), "connected"),
        _optional(m, "settings", lambda value, _: settings_of(value)),
        _optional(m, "reason", text),
    )


def wall_of(m: Fields) -> Wall:
    members = sequence(m.get("members"), "members")
    if len(members) > _MAX_WALL_MEMBERS:
        invalid("members", f"must be at most {_MAX_WALL_MEMBERS}, not {len(members)}")
    delay = [] if m.get("delay") is None else sequence(m["delay"], "delay")
    view = one_of(m.get("view"), "view", "camera", "window")
    if view == "window" and m.get("eye") is None:
        invalid("eye", "must be there with view window")
    return Wall(
        integer(m.get("seq"), "seq"),
        display_name(m.get("wall"), "wall"),
        positive(m.get("width"), "width"),
        positive(m.get("height"), "height"),
        one_of(m.get("unit"), "unit", "mm", "px"),
        one_of(m.get("fit"), "fit", "contain", "cover", "same-scale"),
        view,
        tuple(_member_of(mapping(each, f"members[{i}]"), f"members[{i}]") for i, each in enumerate(members)),
        _optional(m, "camera", camera_name),
        _optional(m, "title", text),
        _optional(m, "eye", _place),
        tuple(_change_of(mapping(each, f"delay[{i}]"), f"delay[{i}]") for i, each in enumerate(delay)),
        _optional(m, "picture", text),
    )


def _member_of(m: Fields, at: str) -> WallMember:
    turn = 0 if m.get("turn") is None else m["turn"]
    if turn not in (0, 90, 180, 270):
        invalid(f"{at}.turn", "must be 0, 90, 180 or 270")
    return WallMember(
        display_name(m.get("display"), f"{at}.display"),
        finite(m.get("x"), f"{at}.x"),
        finite(m.get("y"), f"{at}.y"),
        positive(m.get("width"), f"{at}.width"),
        positive(m.get("height"), f"{at}.height"),
        int(turn),
        _optional(m, "delay", finite) or 0.0,
        _optional(m, "position", _place),
        _optional(m, "yaw", finite) or 0.0,
        _optional(m, "pitch", finite) or 0.0,
    )


def _change_of(m: Fields, at: str) -> DelayChange:
    start, value, until, to = (integer(m.get(name), f"{at}.{name}") for name in ("from", "value", "until", "to"))
    if until < start:
        invalid(f"{at}.until", f"must not be before from, not {until}")
    return DelayChange(start, value, until, to)


def snapshot_of(m: Fields, scene: SceneState | None) -> Snapshot:
    """scene: of the snapshot, read before, since a wrong one must not cost the rest."""
    return Snapshot(
        text(m.get("epoch"), "epoch"),
        integer(m.get("seq"), "seq"),
        m.get("all") is True,
        _valid(m.get("cameras"), camera_of),
        _valid(m.get("control"), control_of),
        scene,
        None if m.get("displays") is None else _valid(m["displays"], display_of),
        None if m.get("walls") is None else _valid(m["walls"], wall_of),
    )


def scene_change_of(m: Fields) -> SceneChange:
    seq = integer(m.get("seq"), "seq")
    camera = m.get("camera")
    return SceneChange(
        seq,
        ops_of(m.get("ops")),
        _optional(m, "time", integer),
        _optional(m, "origin", text),
        None if camera is None else camera_of(mapping(camera, "camera"), seq),
    )


def tiles_change_of(m: Fields) -> TilesChange:
    seq = integer(m.get("seq"), "seq")
    camera = m.get("camera")
    return TilesChange(
        seq,
        tile_ops_of(m.get("ops")),
        _optional(m, "time", integer),
        _optional(m, "origin", text),
        None if m.get("scene") is None else ops_of(m["scene"]),
        None if camera is None else camera_of(mapping(camera, "camera"), seq),
    )


def refusal_of(m: Fields) -> Refusal:
    code = text(m.get("code"), "code", 64)
    field_path = m.get("field") if isinstance(m.get("field"), str) else None
    return Refusal(code, str(m.get("message", code)), field_path, m.get("id"))


def pong_of(m: Fields) -> Pong:
    t0, t1, t2 = (integer(m.get(name), name, -MAX_INTEGER) for name in ("t0", "t1", "t2"))
    return Pong(t0, t1, t2, m.get("id"), _optional(m, "reportAfter", integer))


def goodbye_of(m: Fields) -> Goodbye:
    code = m.get("code")
    reason = m.get("reason")
    after = m.get("reconnectAfter")
    return Goodbye(
        code if isinstance(code, int) and not isinstance(code, bool) else 1006,
        reason if isinstance(reason, str) else "",
        None if after is None else finite(after, "reconnectAfter"),
    )


def heartbeat_of(m: Fields) -> Heartbeat:
    counts = (integer(m.get(name, 0), name) for name in ("delivered", "superseded", "refused"))
    return Heartbeat(integer(m.get("time", 0), "time"), integer(m.get("seq"), "seq"), *counts)


def asked_of(m: Fields) -> Asked:
    return Asked(camera_name(m.get("camera")), text(m.get("display"), "display"), _optional(m, "session", text))


def assigned_of(m: Fields) -> Assigned:
    return Assigned(None if m.get("wall") is None else display_name(m["wall"], "wall"))


def notice_of(m: Fields) -> Notice:
    return Notice(one_of(m.get("level"), "level", "info", "warning", "error"), text(m.get("text"), "text"))


def gap_of(m: Fields) -> Gap:
    return Gap(integer(m.get("from"), "from"), integer(m.get("to"), "to"))


def ack_of(m: Fields) -> Ack:
    return Ack(m.get("id"), _optional(m, "seq", integer), _valid(m.get("playbacks"), playback_of))


def playback_of(m: Fields) -> Playback:
    marks = m.get("marks")
    between = None if marks is None else mapping(marks, "marks")
    return Playback(
        display_name(m.get("playback"), "playback"),
        one_of(m.get("status"), "status", "stopped", "playing", "paused"),
        integer(m.get("position"), "position"),
        integer(m.get("length"), "length"),
        finite(m.get("speed"), "speed"),
        flag(m.get("loop"), "loop"),
        None
        if between is None
        else (integer(between.get("from"), "marks.from"), integer(between.get("to"), "marks.to")),
        _optional(m, "began", integer),
    )


def scene_in(m: Fields) -> SceneState | None:
    """The scene of a snapshot, if it has one."""
    return None if m.get("scene") is None else scene_of(m["scene"])


def _place(value: Any, at: str) -> tuple[float, float, float]:
    x, y, z = vector(value, 3, at)
    return x, y, z


def _optional(m: Fields, name: str, read: Callable[[Any, str], Any]) -> Any:
    value = m.get(name)
    return None if value is None else read(value, name)


def _valid(value: Any, read: Callable[[Fields], Any]) -> tuple[Any, ...]:
    """What can be read of a list; one wrong entry does not cost the others."""
    found = []
    for each in value if isinstance(value, list) else []:
        try:
            found.append(read(mapping(each, "entry")))
        except ValueError:
            continue
    return tuple(found)
