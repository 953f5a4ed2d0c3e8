package org.geometryos.compositor.endpoint;

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
import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;

/** Opens sessions and writes down what it is told. */
final class FakeConnections implements ConnectionManager {
    final FakeLink link;
    final List<String> calls = new ArrayList<>();
    RequestException refusal;
    Optional<Refusal> full = Optional.empty();

    FakeConnections(FakeLink link) {
        this.link = link;
    }

    @Override
    public void open(long id, Opening opening) throws RequestException {
        if (refusal != null) {
            throw refusal;
        }
        calls.add("open " + opening.display().orElse("?"));
        link.attributes().put(LinkAttributes.DISPLAY, opening.display().orElse("given"));
        link.attributes().put(LinkAttributes.SESSION, "s-1");
    }

    @Override
    public void leave(long id) {
        calls.add("leave");
    }

    @Override
    public void settings(long id, DisplaySettings settings) {
        calls.add("settings " + settings.title().orElse(""));
    }

    @Override
    public List<Session> sessions() {
        return List.of(new Session("s-1", "wall", "local", "local", Role.ADMIN, "compositor.v1.json", true, DisplaySettings.EMPTY, Subscription.NONE,
                OptionalLong.of(link.id()), "127.0.0.1", 0, OptionalLong.empty(), 0, 0, 0, 0, 0));
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
        link.close(code, reason);
    }

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean attempt) {
        calls.add("admit " + address + " " + key.orElse("-") + " " + role.word() + " " + attempt);
        return full;
    }

    @Override
    public void refused(String address, int status, String reason) {
        calls.add("refused " + address + " " + status);
    }

    @Override
    public List<Display> displays() {
        return List.of();
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        calls.add("notice " + display.orElse("*") + " " + level.word() + " " + text);
        return display.isPresent() && !display.get().equals("wall") ? 0 : 1;
    }

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {
        calls.add("drain " + over.map(Duration::toMillis).orElse(-1L) + " " + reconnectAfter.map(Duration::toMillis).orElse(-1L) + " "
                + except.orElse("-"));
    }

    @Override
    public void undrain() {
        calls.add("undrain");
    }

    @Override
    public Statistics statistics() {
        return new Statistics(1, 1, 0, 0, false, Map.of(), Map.of());
    }
}
