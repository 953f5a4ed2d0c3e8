package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;

/** Opens sessions and writes down what it is told. */
final class FakeConnections implements ConnectionManager {
    final FakeLink link;
    final List<String> calls = new ArrayList<>();
    RequestException refusal;
    RequestException refuseAsking;
    Optional<Refusal> full = Optional.empty();
    /** Whether the session has lost its socket. */
    boolean waiting;
    /** The name of the session's key. */
    String key = "local";
    /** How many get a notice that is for all, or for the one display there is. */
    int told = 1;
    /** Runs before a drain begins. */
    Runnable before = () -> {};

    /** Reasons of closes and refusals. */
    final List<String> said = new ArrayList<>();

    private final FakeTransport transport;

    FakeConnections(FakeTransport transport) {
        this.transport = transport;
        this.link = link(Codecs.json());
    }

    /** Another connection from this machine. */
    FakeLink link(Codec codec) {
        return transport.connect(Map.of("key", "local", "role", "admin", "codec", codec.subprotocol()));
    }

    @Override
    public void open(long id, Opening opening) throws RequestException {
        if (refusal != null) {
            throw refusal;
        }
        calls.add("open " + opening.display().orElse("?"));
        link.attributes().put("display", opening.display().orElse("given"));
        link.attributes().put("session", "s-1");
    }

    @Override
    public void leave(long id) {
        calls.add("leave");
    }

    @Override
    public void changeSettings(long id, DisplaySettings settings) {
        calls.add("settings " + settings.title().orElse(""));
    }

    @Override
    public List<Session> sessions() {
        return List.of(new Session(
                "s-1",
                "wall",
                "local",
                key,
                Role.ADMIN,
                "compositor.v1.json",
                true,
                DisplaySettings.EMPTY,
                Subscription.NONE,
                waiting ? OptionalLong.empty() : OptionalLong.of(link.id()),
                "127.0.0.1",
                0,
                OptionalLong.empty(),
                0,
                0,
                0,
                0,
                0));
    }

    @Override
    public Optional<Session> session(String id) {
        return sessions().stream().filter(s -> s.id().equals(id)).findFirst();
    }

    @Override
    public boolean close(String session, int code, String reason, Optional<Duration> reconnectAfter) {
        calls.add("close " + session + " " + code + " " + reason);
        return true;
    }

    @Override
    public void close(long id, int code, String reason, Optional<Duration> reconnectAfter) {
        calls.add("close " + code);
        transport.link(id).orElseThrow().close(code, reason);
        said.add(reason);
        assertThat(code < 4401 || code > 4403 || reconnectAfter.isEmpty())
                .as("who lost its key need not come back")
                .isTrue();
    }

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean operator, boolean attempt) {
        calls.add("admit " + address + " " + key.orElse("-") + " " + (operator ? "operator" : role.word()) + " "
                + attempt);
        return operator ? Optional.empty() : full;
    }

    @Override
    public void refused(String address, int status, String reason) {
        calls.add("refused " + address + " " + status);
        said.add(reason);
    }

    @Override
    public List<Display> displays() {
        return List.of();
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        calls.add("notice " + display.orElse("*") + " " + level.word() + " " + text);
        return display.isPresent() && !display.get().equals("wall") ? 0 : told;
    }

    @Override
    public void ask(long link, String camera, String holder) throws RequestException {
        calls.add("ask " + link + " " + camera + " " + holder);
        if (refuseAsking != null) {
            throw refuseAsking;
        }
    }

    @Override
    public boolean assigned(String display, Optional<String> wall) {
        return false;
    }

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {
        before.run();
        calls.add("drain " + over.map(Duration::toMillis).orElse(-1L) + " "
                + reconnectAfter.map(Duration::toMillis).orElse(-1L) + " " + except.orElse("-"));
    }

    @Override
    public void undrain() {
        calls.add("undrain");
    }

    @Override
    public Statistics statistics() {
        return new Statistics(1, 1, 0, 0, false, Map.of(), Map.of(), Map.of());
    }
}
