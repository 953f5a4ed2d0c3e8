package org.geometryos.compositor.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;

/** Answers one request for role {@code admin}; that the caller has it is known. */
final class AdminHandler implements AdminAction.Visitor<Void, RuntimeException> {
    private final Services services;
    private final ConnectionManager connections;
    private final Caller caller;
    private final Optional<RequestId> id;

    AdminHandler(Services services, Caller caller, Optional<RequestId> id) {
        this.services = services;
        this.connections = services.connections.get();
        this.caller = caller;
        this.id = id;
    }

    @Override
    public Void drain(AdminAction.Drain drain) {
        caller.ack(id, OptionalLong.empty());
        connections.drain(millis(drain.over()), millis(drain.reconnectAfter()), Optional.of(caller.session()));
        return null;
    }

    private static Optional<Duration> millis(OptionalLong millis) {
        return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
    }

    @Override
    public Void undrain(AdminAction.Undrain undrain) {
        connections.undrain();
        caller.ack(id, OptionalLong.empty());
        return null;
    }

    @Override
    public Void close(AdminAction.Close close) {
        Optional<Session> session = connections.sessions().stream()
                .filter(s -> s.display().equals(close.display()))
                .findFirst();
        if (session.isEmpty()) {
            caller.error(id, ErrorCode.NOT_FOUND, "there is no display \"" + close.display() + "\"", "display");
            return null;
        }
        caller.ack(id, OptionalLong.empty());
        connections.close(
                session.get().id(),
                CloseCode.NORMAL.code(),
                close.reason().orElse("closed by an operator"),
                Optional.empty());
        return null;
    }

    @Override
    public Void notice(AdminAction.Notice notice) {
        int told = connections.notice(notice.display(), notice.level(), notice.text());
        if (told == 0 && notice.display().isPresent()) {
            caller.error(
                    id, ErrorCode.NOT_FOUND, "no display \"" + notice.display().get() + "\" is connected", "display");
        } else {
            caller.ack(id, OptionalLong.empty());
        }
        return null;
    }

    @Override
    public Void removeCamera(AdminAction.RemoveCamera remove) {
        CameraBridge bridge = services.cameras.get();
        if (bridge == null) {
            caller.away(id, "camera bridge");
        } else {
            caller.answer(id, bridge.remove(remove.camera(), Optional.of(caller.session())));
        }
        return null;
    }
}
