package org.geometryos.compositor.testkit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;

/** Changes as tests append them. Where a session, a camera or a holder may be null, there is none. */
public final class Changes {

    private Changes() {}

    /**
     * The view of a camera, sampled half a millisecond before it was received. @param received microseconds since the
     * Unix epoch
     */
    public static CameraState state(String camera, double x, long received, String origin) {
        return new CameraState(
                camera,
                new View2d(x, 0, 1, 0),
                Math.max(0, received - 500),
                received,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.ofNullable(origin),
                false);
    }

    public static Change view(String camera) {
        return view(camera, null);
    }

    public static Change view(String camera, String origin) {
        return new Change.CameraChanged(state(camera, 1, 1, origin));
    }

    public static Change removed(String camera) {
        return new Change.CameraRemoved(camera);
    }

    public static Change held(String camera, String holder) {
        return new Change.ControlChanged(
                holder == null
                        ? ControlState.free(camera)
                        : new ControlState(camera, Optional.of(holder), Optional.empty(), 0));
    }

    /** A display with a user called ann; one that left says bye. */
    public static Change presence(Presence.Action action, String display, String session, boolean connected) {
        boolean left = action == Presence.Action.LEFT;
        return new Change.PresenceChanged(new Presence(
                action,
                display,
                session,
                "ann",
                connected && !left,
                DisplaySettings.EMPTY,
                left ? Optional.of("bye") : Optional.empty()));
    }

    /** A transaction on a scene, and the view of a camera that belongs to it. */
    public static Change.SceneChanged transaction(Scene before, CameraState camera, String origin, SceneOp... ops) {
        try {
            return new Change.SceneChanged(
                    List.of(ops), Optional.ofNullable(origin), Optional.ofNullable(camera), before.after(List.of(ops)));
        } catch (NoSuchModelException e) {
            throw new AssertionError(e);
        }
    }

    public static SceneOp put(String id) {
        return new SceneOp.Put(new Model(id, "models/" + id + ".glb"));
    }
}
