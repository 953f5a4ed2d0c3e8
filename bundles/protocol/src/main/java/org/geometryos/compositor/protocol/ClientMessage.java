package org.geometryos.compositor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.SceneOp;

/** What a client sends (protocol, "Messages"). An instance is valid. */
public sealed interface ClientMessage {

    /** The client's number of the request; the answer carries it. */
    Optional<RequestId> id();

    record Hello(Optional<RequestId> id, Opening opening) implements ClientMessage {}

    record Settings(Optional<RequestId> id, DisplaySettings settings) implements ClientMessage {}

    record Subscribe(Optional<RequestId> id, Subscription subscription) implements ClientMessage {}

    record Unsubscribe(Optional<RequestId> id) implements ClientMessage {}

    record Camera(Optional<RequestId> id, CameraUpdate update) implements ClientMessage {}

    /** @param force whether to take it whoever holds it; only with {@code TAKE}, and for role {@code admin} */
    record Control(Optional<RequestId> id, String camera, Action action, boolean force) implements ClientMessage {
        public enum Action {
            TAKE,
            RELEASE,
            ASK
        }

        /** Without force. */
        public Control(Optional<RequestId> id, String camera, Action action) {
            this(id, camera, action, false);
        }
    }

    /** @param camera the update that belongs to the transaction; without time and sample */
    record Scene(Optional<RequestId> id, List<SceneOp> ops, Optional<CameraUpdate> camera) implements ClientMessage {}

    /** @param t0 the client's clock, handed back unchanged */
    record Ping(Optional<RequestId> id, long t0) implements ClientMessage {}

    record Admin(Optional<RequestId> id, AdminAction action) implements ClientMessage {}

    record Bye(Optional<RequestId> id) implements ClientMessage {}

    /** What role {@code admin} may ask for. */
    sealed interface AdminAction {
        /** Milliseconds. */
        record Drain(OptionalLong over, OptionalLong reconnectAfter) implements AdminAction {}

        record Undrain() implements AdminAction {}

        record Close(String display, Optional<String> reason) implements AdminAction {}

        record Notice(Optional<String> display, Level level, String text) implements AdminAction {}

        record RemoveCamera(String camera) implements AdminAction {}
    }
}
