package org.geometryos.compositor.endpoint;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;

/**
 * Answers one message of a client; each answer says whether to go on with the next one. It is the caller itself, and
 * does not hold it: so a message costs one object here.
 */
final class RequestHandler extends Caller implements ClientMessage.Visitor<Boolean, RuntimeException> {
    /** Names in a subscription while no camera bridge tells how many cameras there may be. */
    private static final int NAMES = 400;

    private static final RequestId.Visitor<Object, RuntimeException> PLAIN = new PlainId();

    private final Services services;
    private final Settings settings;
    private final LongSupplier micros;
    private final long received;

    /**
     * @param micros the time of day, microseconds since the Unix epoch
     * @param received when the message came in, in microseconds since the Unix epoch
     */
    RequestHandler(
            Services services,
            Settings settings,
            LongSupplier micros,
            Link link,
            LinkMemory memory,
            Speaker speaker,
            Quota quota,
            long received) {
        super(link, memory, speaker, quota);
        this.services = services;
        this.settings = settings;
        this.micros = micros;
        this.received = received;
    }

    /** @return whether to go on with the next message */
    boolean handle(ClientMessage message) {
        if (message instanceof ClientMessage.Hello) {
            return message.accept(this);
        }
        if (!memory.greeted()) {
            error(message.id(), ErrorCode.INVALID, "hello must be the first message", "type");
            return true;
        }
        Permission needed = Permission.of(message);
        if (memory.adminOnly() && !needed.operator()) {
            error(message.id(), ErrorCode.FORBIDDEN, "this connection is for admin requests only", "type");
            return true;
        }
        if (!role().includes(needed.role())) {
            error(
                    message.id(),
                    ErrorCode.FORBIDDEN,
                    "role " + needed.role().word() + " is needed, this key has " + role().word(),
                    null);
            return true;
        }
        return message.accept(this);
    }

    private ConnectionManager connections() {
        return services.connections.get();
    }

    private Driver driver() {
        return new Driver(memory.display(), Optional.of(session()), settings.priority(role()));
    }

    @Override
    public Boolean hello(ClientMessage.Hello hello) {
        if (memory.greeted()) {
            error(hello.id(), ErrorCode.INVALID, "hello was said already on this connection", "type");
            return true;
        }
        if (memory.adminOnly() && hello.opening().resume().isPresent()) {
            error(
                    hello.id(),
                    ErrorCode.FORBIDDEN,
                    "this connection is for admin requests only and cannot resume a session",
                    "resume");
            return true;
        }
        try {
            connections().open(link.id(), hello.opening());
        } catch (RequestException e) {
            error(hello.id(), e);
            if (e.close() != 0) {
                connections().close(link.id(), e.close(), e.getMessage(), Optional.empty());
            }
        }
        return true;
    }

    @Override
    public Boolean settings(ClientMessage.Settings changed) {
        connections().changeSettings(link.id(), changed.settings());
        ack(changed.id(), OptionalLong.empty());
        return true;
    }

    @Override
    public Boolean subscribe(ClientMessage.Subscribe subscribe) {
        return subscribe(subscribe.id(), subscribe.subscription(), false);
    }

    @Override
    public Boolean unsubscribe(ClientMessage.Unsubscribe unsubscribe) {
        return subscribe(unsubscribe.id(), Subscription.NONE, true);
    }

    /** Leaves the subscription to the broadcaster, which answers in the stream; the next message waits until it has. */
    private boolean subscribe(Optional<RequestId> id, Subscription wanted, boolean silent) {
        CameraBridge bridge = services.cameras.get();
        int most = bridge == null ? NAMES : bridge.maxCameras();
        if (wanted.cameras().size() > most) {
            error(
                    id,
                    ErrorCode.LIMIT,
                    "cameras must hold at most " + most + " names, which is maxCameras, not "
                            + wanted.cameras().size(),
                    "cameras");
            return true;
        }
        connections().reserve(link.id(), wanted.bytes());
        memory.ask(wanted, id.map(number -> number.accept(PLAIN)), silent);
        link.signal();
        return false;
    }

    /** Of the JDK alone, as the link keeps it. */
    private static final class PlainId implements RequestId.Visitor<Object, RuntimeException> {
        @Override
        public Object number(RequestId.Number id) {
            return id.value();
        }

        @Override
        public Object text(RequestId.Text id) {
            return id.value();
        }
    }

    @Override
    public Boolean camera(ClientMessage.Camera message) {
        CameraBridge bridge = services.cameras.get();
        if (bridge == null) {
            away(message.id(), "camera bridge");
        } else {
            answer(message.id(), bridge.update(driver(), message.update()));
        }
        return true;
    }

    @Override
    public Boolean control(ClientMessage.Control message) {
        CameraBridge bridge = services.cameras.get();
        if (bridge == null) {
            away(message.id(), "camera bridge");
            return true;
        }
        switch (message.action()) {
            case TAKE -> answer(message.id(), bridge.take(driver(), message.camera(), message.force()));
            case RELEASE -> answer(message.id(), bridge.release(driver(), message.camera()));
            case ASK -> ask(message, bridge.control(message.camera()).flatMap(ControlState::session));
        }
        return true;
    }

    /** A camera that is free, held by a source or by whoever asks has nobody to be asked. */
    private void ask(ClientMessage.Control message, Optional<String> holder) {
        try {
            if (holder.isPresent() && !holder.get().equals(session())) {
                connections().ask(link.id(), message.camera(), holder.get());
            }
            ack(message.id(), OptionalLong.empty());
        } catch (RequestException e) {
            if (message.id().isPresent() || quota.tellHeld()) {
                error(message.id(), e);
            }
        }
    }

    @Override
    public Boolean scene(ClientMessage.Scene message) {
        SceneService service = services.scene.get();
        if (service == null) {
            away(message.id(), "scene");
            return true;
        }
        service.change(driver(), message.ops(), message.camera()).then(outcome -> answer(message.id(), outcome));
        return true;
    }

    @Override
    public Boolean tiles(ClientMessage.Tiles message) {
        TileService service = services.tiles.get();
        if (service == null) {
            away(message.id(), "part for tiles");
            return true;
        }
        service.change(driver(), message.ops(), message.scene(), message.camera())
                .then(outcome -> answer(message.id(), outcome));
        return true;
    }

    private void answer(Optional<RequestId> id, SceneOutcome outcome) {
        if (outcome instanceof SceneOutcome.Accepted accepted) {
            ack(id, accepted.seq());
        } else {
            SceneOutcome.Refused refused = (SceneOutcome.Refused) outcome;
            refused(id, refused.reason(), refused.message(), refused.field().orElse(null));
        }
    }

    @Override
    public Boolean replay(ClientMessage.Replay replay) {
        return new ReplayHandler(services, this, replay).answer();
    }

    @Override
    public Boolean ping(ClientMessage.Ping ping) {
        OptionalLong reportAfter =
                ping.report().isPresent() ? report(ping.report().get()) : OptionalLong.empty();
        send(new ServerMessage.Pong(ping.id(), ping.t0(), received, micros.getAsLong(), reportAfter));
        return true;
    }

    private OptionalLong report(MemberReport report) {
        Walls walls = services.walls.get();
        return walls == null ? OptionalLong.empty() : OptionalLong.of(walls.report(memory.display(), report));
    }

    @Override
    public Boolean admin(ClientMessage.Admin admin) {
        admin.action().accept(new AdminHandler(services, this, admin.id()));
        return true;
    }

    @Override
    public Boolean bye(ClientMessage.Bye bye) {
        connections().leave(link.id());
        return true;
    }
}
