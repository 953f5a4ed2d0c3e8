package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By itself: messages as records, and of the services only the connection manager. */
class RequestHandlerTest {
    private static final Optional<RequestId> ID = Optional.of(new RequestId.Text("q"));
    private static final CameraUpdate UPDATE = new CameraUpdate("main", new View2d(0, 0, 1, 0));
    private static final List<ClientMessage> DRIVING = List.of(
            new ClientMessage.Camera(ID, UPDATE),
            new ClientMessage.Control(ID, "main", ClientMessage.Control.Action.TAKE),
            new ClientMessage.Scene(ID, List.of(), Optional.empty()));

    private final FakeConnections connections = new FakeConnections(new FakeTransport(new FakeClock()));
    private final FakeLink link = connections.link;
    private final Services services = new Services();

    @BeforeEach
    void greet() {
        services.connections.set(connections);
        assertThat(handle(new ClientMessage.Hello(
                        Optional.empty(),
                        new Opening(Optional.of("wall"), Optional.empty(), true, Optional.empty(), Optional.empty()))))
                .isTrue();
    }

    private boolean handle(ClientMessage message) {
        LinkMemory memory = LinkMemory.of(link.attributes());
        Settings settings = new Settings(10, 12, 20, Origins.of(new String[0]));
        return new RequestHandler(services, settings, () -> 2, link, memory, Codecs.json(), new Quota(memory, 1), 1)
                .handle(message);
    }

    private void refused(ClientMessage message, ErrorCode code) {
        assertThat(handle(message)).isTrue();
        ServerMessage.Error error = (ServerMessage.Error) link.answer();
        assertThat(error.code()).as(message.toString()).isEqualTo(code);
        assertThat(error.id()).isEqualTo(ID);
    }

    @Test
    void whatNeedsAPartThatIsAwayIsUnavailable() {
        DRIVING.forEach(message -> refused(message, ErrorCode.UNAVAILABLE));
        refused(new ClientMessage.Admin(ID, new ClientMessage.AdminAction.RemoveCamera("main")), ErrorCode.UNAVAILABLE);
    }

    @Test
    void theRoleIsAskedForBeforeAnythingElse() {
        link.attributes().put("role", "view");
        DRIVING.forEach(message -> refused(message, ErrorCode.FORBIDDEN));
        refused(new ClientMessage.Admin(ID, new ClientMessage.AdminAction.Undrain()), ErrorCode.FORBIDDEN);
        link.attributes().put("role", "control");
        refused(new ClientMessage.Control(ID, "main", ClientMessage.Control.Action.TAKE, true), ErrorCode.FORBIDDEN);
    }

    @Test
    void aPingIsAnsweredWithBothTimes() {
        assertThat(handle(new ClientMessage.Ping(ID, 7))).isTrue();
        assertThat(link.answer()).isEqualTo(new ServerMessage.Pong(ID, 7, 1, 2));
    }

    @Test
    void aReportGoesToWhoKeepsTheWallsAndThePingIsAnsweredAllTheSame() {
        MemberReport report = new MemberReport("main", 1, 2, 3, 4, 5, 0, 6, 7);
        ClientMessage.Ping ping = new ClientMessage.Ping(ID, 7, Optional.of(report));
        assertThat(handle(ping)).as("while nobody keeps them").isTrue();
        assertThat(link.answer()).isEqualTo(new ServerMessage.Pong(ID, 7, 1, 2));
        List<String> reported = new ArrayList<>();
        services.walls.set((Walls) Proxy.newProxyInstance(
                Walls.class.getClassLoader(), new Class<?>[] {Walls.class}, (proxy, method, args) -> {
                    reported.add(method.getName() + " " + args[0] + " " + (args[1] == report));
                    return 5_000;
                }));
        link.attributes().put("display", "left");
        link.attributes().put("role", "view");
        assertThat(handle(ping)).isTrue();
        assertThat(link.answer()).isEqualTo(new ServerMessage.Pong(ID, 7, 1, 2, OptionalLong.of(5_000)));
        assertThat(reported).containsExactly("report left true");
        assertThat(handle(new ClientMessage.Ping(ID, 8))).isTrue();
        assertThat(link.answer()).isEqualTo(new ServerMessage.Pong(ID, 8, 1, 2));
        assertThat(reported).hasSize(1);
    }

    @Test
    void aSecondHelloIsInvalid() {
        refused(
                new ClientMessage.Hello(
                        ID,
                        new Opening(Optional.of("wall"), Optional.empty(), true, Optional.empty(), Optional.empty())),
                ErrorCode.INVALID);
    }
}
