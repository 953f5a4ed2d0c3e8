package org.geometryos.compositor.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.wall.Wall;

/** One run of the sequence as it was appended: the truth that displays are measured by. The newest entries alone. */
final class Sequence {
    static final int HELD = 1 << 16;
    private static final int MASK = HELD - 1;

    static final byte VIEW = 1;
    static final byte REMOVED = 2;
    static final byte CONTROL = 3;
    static final byte SCENE = 4;
    static final byte PRESENCE = 5;
    static final byte WALL = 6;
    static final byte WALL_REMOVED = 7;

    final String epoch;
    long head;
    private final byte[] kinds = new byte[HELD];
    /** The number of the camera, or of the wall. */
    private final byte[] cameras = new byte[HELD];

    private final Change[] changes = new Change[HELD];
    private final String[] origins = new String[HELD];
    private final long[] times = new long[HELD];
    private final Node[] views = new Node[8];
    private final Node[] controls = new Node[8];
    private final Node[] walls = new Node[Names.walls()];
    private final Map<String, Node> displays = new HashMap<>();
    private Node scene;

    /** What was said of one thing, and before that. */
    static final class Node {
        final long seq;
        final Change change;
        Node before;

        private Node(long seq, Change change, Node before) {
            this.seq = seq;
            this.change = change;
            this.before = before;
        }

        private static Node at(Node newest, long seq) {
            Node node = newest;
            while (node != null && node.seq > seq) {
                node = node.before;
            }
            return node;
        }

        /** Lets go of what nobody asks for any more. */
        private void cut(long seq) {
            Node node = at(this, seq);
            if (node != null) {
                node.before = null;
            }
        }

        boolean removed() {
            return change instanceof Change.CameraRemoved || change instanceof Change.WallRemoved;
        }
    }

    Sequence(String epoch) {
        this.epoch = epoch;
    }

    void add(long seq, Change change, long time) {
        if (seq != head + 1) {
            throw new Violation("entry " + seq + " follows " + head);
        }
        head = seq;
        int i = (int) seq & MASK;
        changes[i] = change;
        origins[i] = change.origin().orElse(null);
        times[i] = time;
        cameras[i] = -1;
        if (change instanceof Change.CameraChanged view) {
            kinds[i] = VIEW;
            ofCamera(i, seq, Names.number(view.state().camera()));
        } else if (change instanceof Change.CameraRemoved removed) {
            kinds[i] = REMOVED;
            ofCamera(i, seq, Names.number(removed.camera()));
        } else if (change instanceof Change.ControlChanged control) {
            kinds[i] = CONTROL;
            int camera = Names.number(control.state().camera());
            cameras[i] = (byte) camera;
            controls[camera] = new Node(seq, change, controls[camera]);
        } else if (change instanceof Change.SceneChanged changed) {
            kinds[i] = SCENE;
            changed.camera().ifPresent(view -> ofCamera(i, seq, Names.number(view.camera())));
            scene = new Node(seq, change, scene);
        } else if (change instanceof Change.PresenceChanged presence) {
            kinds[i] = PRESENCE;
            displays.merge(
                    presence.presence().session(),
                    new Node(seq, change, null),
                    (before, now) -> new Node(seq, change, before));
        } else if (change instanceof Change.WallChanged wall) {
            kinds[i] = WALL;
            ofWall(i, seq, Names.wallNumber(wall.state().name()));
        } else if (change instanceof Change.WallRemoved removed) {
            kinds[i] = WALL_REMOVED;
            ofWall(i, seq, Names.wallNumber(removed.wall()));
        }
        if ((seq & HELD / 4 - 1) == 0) {
            forget();
        }
    }

    private void ofCamera(int i, long seq, int camera) {
        cameras[i] = (byte) camera;
        views[camera] = new Node(seq, changes[i], views[camera]);
    }

    private void ofWall(int i, long seq, int wall) {
        cameras[i] = (byte) wall;
        walls[wall] = new Node(seq, changes[i], walls[wall]);
    }

    private void forget() {
        long old = head - HELD / 2;
        for (int camera = 0; camera < views.length; camera++) {
            if (views[camera] != null) {
                views[camera].cut(old);
            }
            if (controls[camera] != null) {
                controls[camera].cut(old);
            }
        }
        if (scene != null) {
            scene.cut(old);
        }
        for (Node wall : walls) {
            if (wall != null) {
                wall.cut(old);
            }
        }
        displays.values().forEach(node -> node.cut(old));
        displays.values().removeIf(node -> node.seq < old && left(node));
    }

    private static boolean left(Node node) {
        return presence(node).action() == Presence.Action.LEFT;
    }

    private static Presence presence(Node node) {
        return ((Change.PresenceChanged) node.change).presence();
    }

    byte kind(long seq) {
        return kinds[(int) seq & MASK];
    }

    int camera(long seq) {
        return cameras[(int) seq & MASK];
    }

    Change change(long seq) {
        return changes[(int) seq & MASK];
    }

    long time(long seq) {
        return times[(int) seq & MASK];
    }

    boolean holds(long seq) {
        return seq > head - HELD;
    }

    /** Whether a display that asked for this is meant by an entry. */
    boolean wanted(long seq, Wants wants, String session) {
        int i = (int) seq & MASK;
        boolean subscribed;
        switch (kinds[i]) {
            case SCENE -> subscribed = wants.scene() || cameras[i] >= 0 && wants.camera(cameras[i]);
            case PRESENCE -> subscribed = wants.presence();
            case WALL, WALL_REMOVED -> subscribed = wants.wall(cameras[i]);
            default -> subscribed = wants.camera(cameras[i]);
        }
        return subscribed && (wants.echo() || origins[i] == null || !origins[i].equals(session));
    }

    /** Whether to such a display it is a view, which a newer one supersedes. */
    boolean view(long seq, Wants wants) {
        byte kind = kind(seq);
        return kind == VIEW || kind == SCENE && !wants.scene();
    }

    // ---- how things stood

    /** The newest entry of a camera's view up to there, its removal included; null: none. */
    Node viewAt(int camera, long seq) {
        return Node.at(views[camera], seq);
    }

    /** The entry that names a camera's holder up to there; null: it is free. */
    Node heldAt(int camera, long seq) {
        Node node = Node.at(controls[camera], seq);
        return node != null && control(node).holder().isPresent() ? node : null;
    }

    /** Whether nothing was said of the control of a camera so far. */
    boolean neverHeld(int camera) {
        return controls[camera] == null;
    }

    static ControlState control(Node node) {
        return ((Change.ControlChanged) node.change).state();
    }

    Scene sceneAt(long seq) {
        Node node = Node.at(scene, seq);
        return node == null ? Scene.EMPTY : ((Change.SceneChanged) node.change).scene();
    }

    /** The walls up to there, by name. */
    Map<String, Wall> wallsAt(long seq, Wants wants) {
        Map<String, Wall> there = new HashMap<>();
        for (int i = 0; i < walls.length; i++) {
            Node node = Node.at(walls[i], seq);
            if (wants.wall(i) && node != null && !node.removed()) {
                there.put(Names.wall(i), ((Change.WallChanged) node.change).state());
            }
        }
        return there;
    }

    /** What was last said of each session up to there, those that left excepted. */
    Map<String, Presence> displaysAt(long seq) {
        Map<String, Presence> there = new HashMap<>();
        displays.forEach((session, newest) -> {
            Node node = Node.at(newest, seq);
            if (node != null && !left(node)) {
                there.put(session, presence(node));
            }
        });
        return there;
    }

    Optional<ControlState> holder(int camera) {
        return Optional.ofNullable(heldAt(camera, head)).map(Sequence::control);
    }
}
