package org.geometryos.compositor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;
import org.junit.jupiter.api.Test;

class ConnectionCommandsTest {
    private static final DisplaySettings HD = DisplaySettings.fromMap(Map.of("width", 1920, "title", "North"));
    private final List<String> asked = new ArrayList<>();
    private final ConnectionCommands commands = new ConnectionCommands((ConnectionManager) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ConnectionManager.class},
            (proxy, method, arguments) -> answer(method, arguments)));

    private Object answer(Method method, Object[] arguments) {
        switch (method.getName()) {
            case "statistics":
                return new Statistics(3, 2, 1, 7, true, Map.of(401, 5L), Map.of(4408, 2L, 1000, 1L), Map.of(1000, 1L));
            case "sessions":
                return List.of(session("wall", OptionalLong.of(4)), session("kiosk", OptionalLong.empty()));
            case "displays":
                return List.of(
                        new Display(
                                "wall",
                                Optional.of("ann"),
                                Optional.of("s-1"),
                                true,
                                HD,
                                true,
                                Optional.of(Instant.EPOCH)),
                        new Display("lobby", Optional.empty(), Optional.empty(), false, HD, true, Optional.empty()));
            default:
                asked.add(method.getName() + Arrays.toString(arguments));
                return method.getReturnType() == boolean.class
                        ? (Object) true
                        : method.getReturnType() == int.class ? (Object) 1 : null;
        }
    }

    private static Session session(String display, OptionalLong link) {
        return new Session(
                "s-" + display,
                display,
                "ann",
                "stage",
                Role.CONTROL,
                "compositor.v1.json",
                true,
                HD,
                Subscription.NONE,
                link,
                "10.0.0.7",
                0,
                link.isPresent() ? OptionalLong.of(1_500_000) : OptionalLong.empty(),
                9,
                8,
                7,
                6,
                4096);
    }

    @Test
    void everyCommandThatIsOfferedIsThere() throws IOException {
        Set<String> offered = new TreeSet<>();
        // the annotation itself is not kept at run time: the component's description is
        String description = new String(
                getClass()
                        .getResourceAsStream("/OSGI-INF/org.geometryos.compositor.shell.ConnectionCommands.xml")
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        var property =
                Pattern.compile("name=\"osgi.command.function\"[^>]*>([^<]*)<").matcher(description);
        assertThat(property.find()).isTrue();
        property.group(1)
                .lines()
                .map(String::trim)
                .filter(line -> !line.isEmpty())
                .forEach(offered::add);
        Set<String> there = new TreeSet<>();
        for (Method method : ConnectionCommands.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                there.add(method.getName());
            }
        }
        assertThat(offered).isEqualTo(there);
    }

    @Test
    void statusCounts() {
        assertThat(commands.status()).isEqualTo("""
                draining
                3 connections, 2 sessions connected, 1 waiting, 7 displays remembered
                5 handshakes refused with 401
                1 connections closed with 1000 by their clients
                2 connections closed with 4408""");
    }

    @Test
    void sessionsAreListedByDisplay() {
        List<String> lines = commands.sessions().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("kiosk").contains("(waiting)");
        assertThat(lines.get(2)).startsWith("wall").contains("10.0.0.7", "1.5 ms", "4 KiB");
    }

    @Test
    void displaysSayWhereTheyAre() {
        List<String> lines = commands.displays().lines().toList();
        assertThat(lines.get(1)).startsWith("wall").contains("connected", "width=1920 title=North");
        assertThat(lines.get(2)).startsWith("lobby").contains("away", "never");
    }

    @Test
    void whatIsAskedIsPassedOn() {
        assertThat(commands.close("wall", "tidying")).isEqualTo("closed wall");
        assertThat(commands.close("nobody")).contains("nobody");
        commands.notice("warning", "rehearsal");
        commands.notice("info", "hello", "wall");
        commands.drain(5000, 700);
        commands.drain();
        commands.undrain();
        assertThat(asked)
                .containsExactly(
                        "close[s-wall, 1000, tidying, Optional.empty]",
                        "notice[Optional.empty, WARNING, rehearsal]",
                        "notice[Optional[wall], INFO, hello]",
                        "drain[Optional[PT5S], Optional[PT0.7S], Optional.empty]",
                        "drain[Optional.empty, Optional.empty, Optional.empty]",
                        "undrainnull");
    }

    @Test
    void wrongArgumentsAreRefusedWithTheRule() {
        assertThatThrownBy(() -> commands.notice("loud", "x"))
                .hasMessage("level must be info, warning or error, not loud");
        assertThatThrownBy(() -> commands.drain(-1)).hasMessage("over must not be negative, not -1");
        assertThat(asked).isEmpty();
    }
}
