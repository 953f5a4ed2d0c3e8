"""What a session knows: the newest state of everything it is subscribed to, and up to where in the sequence."""

from __future__ import annotations

from .messages import (
    CameraRemoved,
    CameraUpdate,
    Control,
    Display,
    SceneChange,
    Snapshot,
    TilesChange,
    Wall,
    WallRemoved,
)
from .scene import SceneState, apply_ops
from .tiles import TilesState, apply_tile_ops

MOST_CAMERAS = 10_000
MOST_WALLS = 1_024
MOST_DISPLAYS = 20_000


class KnownState:
    """It outlives connections."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq = 0
        self.cameras: dict[str, CameraUpdate] = {}
        self.control: dict[str, Control] = {}
        self.walls: dict[str, Wall] = {}
        self.displays: dict[str, Display] = {}
        #: None as long as it is not subscribed to, or not known.
        self.scene: SceneState | None = None
        #: Number up to which the scene is known; a transaction that is not above it is not news.
        self.scene_seq = -1
        #: None as long as they are not subscribed to, or not known.
        self.tiles: TilesState | None = None
        #: Parts of sets that belong to the snapshot and did not come yet.
        self.following = 0

    def begin(self, epoch: str, seq: int) -> None:
        """A session begins that knows nothing of the one before."""
        self.epoch = epoch
        self.seq = seq

    def served(self, seq: int) -> None:
        """Everything up to here is applied, or was nothing for this session."""
        self.seq = max(self.seq, seq)

    def camera(self, update: CameraUpdate) -> bool:
        """Whether it was news."""
        known = self.cameras.get(update.camera)
        if known is None and len(self.cameras) >= MOST_CAMERAS or known is not None and update.seq <= known.seq:
            return False
        self.cameras[update.camera] = update
        self.served(update.seq)
        return True

    def removed(self, removed: CameraRemoved) -> None:
        self.cameras.pop(removed.camera, None)
        self.control.pop(removed.camera, None)
        self.served(removed.seq)

    def controls(self, control: Control) -> None:
        self._hold(control)
        self.served(control.seq)

    def _hold(self, control: Control) -> None:
        if control.holder is None:
            self.control.pop(control.camera, None)
        elif control.camera in self.control or len(self.control) < MOST_CAMERAS:
            self.control[control.camera] = control

    def display(self, display: Display) -> None:
        self._present(display)
        self.served(display.seq)

    def _present(self, display: Display) -> None:
        if display.action == "left":
            self.displays.pop(display.session, None)
        elif display.session in self.displays or len(self.displays) < MOST_DISPLAYS:
            self.displays[display.session] = display

    def wall(self, wall: Wall) -> bool:
        """Whether it was news."""
        known = self.walls.get(wall.wall)
        if known is None and len(self.walls) >= MOST_WALLS or known is not None and wall.seq <= known.seq:
            return False
        self.walls[wall.wall] = wall
        self.served(wall.seq)
        return True

    def wall_removed(self, removed: WallRemoved) -> None:
        self.walls.pop(removed.wall, None)
        self.served(removed.seq)

    def transaction(self, change: SceneChange) -> bool:
        """Whether it was news. Raises CompositorError if it does not fit; the scene stays as it is."""
        self.served(change.seq)
        if change.seq <= self.scene_seq:
            return False
        if self.scene is not None:
            self.scene = apply_ops(self.scene, change.ops)
        self.scene_seq = change.seq
        return True

    def tile_change(self, change: TilesChange) -> None:
        """Raises CompositorError if it does not fit."""
        self.served(change.seq)
        part = change.time is None
        if part and self.following > 0:
            self.following -= 1
        if self.tiles is not None:
            self.tiles = apply_tile_ops(self.tiles, change.ops, not part)

    def snapshot(self, snapshot: Snapshot) -> list[CameraUpdate]:
        """The cameras that were news."""
        before = dict(self.cameras) if snapshot.epoch == self.epoch else {}
        if snapshot.all:
            self.cameras.clear()
            self.control.clear()
            self.walls.clear()
            self.displays.clear()
            self.begin(snapshot.epoch, snapshot.seq)
        else:
            self.served(snapshot.seq)
        for camera in snapshot.cameras:
            self.camera(camera)
        for control in snapshot.control:
            self._hold(control)
        for wall in snapshot.walls or ():
            self.wall(wall)
        for display in snapshot.displays or ():
            self._present(display)
        if snapshot.all or snapshot.scene is not None:
            self.scene = snapshot.scene
            self.scene_seq = snapshot.seq
        if snapshot.all or snapshot.tiles is not None:
            self.tiles = snapshot.tiles
            self.following = snapshot.following
        return [each for each in snapshot.cameras if each.camera not in before or before[each.camera].seq < each.seq]

    def retain(
        self, cameras: tuple[str, ...], walls: tuple[str, ...], scene: bool, presence: bool, tiles: bool
    ) -> None:
        """Forgets what is not subscribed to any more, since nobody keeps it up to date."""
        if "*" not in cameras:
            self.cameras = {name: each for name, each in self.cameras.items() if name in cameras}
            self.control = {name: each for name, each in self.control.items() if name in cameras}
        if "*" not in walls:
            self.walls = {name: each for name, each in self.walls.items() if name in walls}
        if not scene:
            self.scene = None
            self.scene_seq = -1
        if not tiles:
            self.tiles = None
            self.following = 0
        if not presence:
            self.displays.clear()
