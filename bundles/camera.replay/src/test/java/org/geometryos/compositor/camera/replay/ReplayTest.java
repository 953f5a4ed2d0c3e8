package org.geometryos.compositor.camera.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.replay.Fixtures.lines;
import static org.geometryos.compositor.camera.replay.Fixtures.until;
import static org.geometryos.compositor.camera.replay.Fixtures.write;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.camera.replay.Fixtures.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;

/** The component with its real threads and clock, and a framework of a few lines. */
class ReplayTest {
    private static final int BUNDLE_STOPPED = ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED;
    private static final int DELETED = ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED;

    @TempDir
    Path base;

    private final TestSink sink = new TestSink();
    private final List<String> registry = new CopyOnWriteArrayList<>();
    private CameraSource source;
    private ReplayComponent component;

    @BeforeEach
    void recordings() throws Exception {
        write(base.resolve("a.jsonl"), lines("a", 100, 10));
    }

    private BundleContext context() {
        ServiceRegistration<?> registration = (ServiceRegistration<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "setProperties" -> registry.add("changed " + describe(arguments[0]));
                        case "unregister" -> {
                            registry.add("unregistered");
                            source.disconnected(sink);
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getProperty":
                            return arguments[0].equals("compositor.recordings") ? base.toString() : null;
                        case "registerService":
                            if (arguments[0] != CameraSource.class) {
                                // the health of its configuration
                                return Proxy.newProxyInstance(
                                        getClass().getClassLoader(),
                                        new Class<?>[] {ServiceRegistration.class},
                                        (it, call, values) -> null);
                            }
                            registry.add("registered " + describe(arguments[2]));
                            source = (CameraSource) arguments[1];
                            source.connected(sink);
                            return registration;
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private static String describe(Object properties) {
        Dictionary<?, ?> dictionary = (Dictionary<?, ?>) properties;
        return dictionary.get(CameraSource.ID) + " " + dictionary.get(CameraSource.PRIORITY)
                + (dictionary.get(CameraSource.DELAY).equals(0.0) ? "" : " " + dictionary.get(CameraSource.DELAY));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", ReplayConfig.PID + "~show"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    private void activate(Object... keysAndValues) {
        component = new ReplayComponent(context(), map(keysAndValues));
    }

    private static boolean threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.isAlive() && thread.getName().startsWith("compositor-replay"));
    }

    @Test
    void itPlaysInRealTimeAndItsThreadsGoWithIt() {
        activate("file", "a.jsonl");
        until("30 updates", () -> sink.updates.size() >= 30);
        component.deactivate(BUNDLE_STOPPED);
        assertThat(threads()).isFalse();
        int count = sink.updates.size();
        for (int i = 1; i < count; i++) {
            long distance = sink.updates.get(i).time().getAsLong()
                    - sink.updates.get(i - 1).time().getAsLong();
            if (sink.updates.get(i).sample().getAsLong()
                            - sink.updates.get(i - 1).sample().getAsLong()
                    == 1) {
                assertThat(distance).isBetween(9_000L, 11_000L);
            }
        }
        assertThat(registry).containsExactly("registered show 0", "unregistered");
        assertThat(sink.removed).as("the bundle merely stopped").isEmpty();
    }

    @Test
    void itsCamerasGoWithItsConfiguration() {
        activate("file", "a.jsonl");
        until("an update", () -> !sink.updates.isEmpty());
        component.deactivate(DELETED);
        assertThat(sink.removed).containsExactly("a");
    }

    @Test
    void aWrongConfigurationPlaysNothingUntilItIsCorrected() {
        activate("file", "a.jsonl", "speed", "0");
        assertThat(source.health())
                .isEqualTo(SourceHealth.failed("nothing plays: speed must lie in [0.01, 100], not \"0\""));
        component.modified(map("file", "a.jsonl", "speed", "2", "priority", "4"));
        until("an update", () -> !sink.updates.isEmpty());
        assertThat(source.health().status()).isEqualTo(SourceHealth.Status.OK);
        assertThat(registry).containsExactly("registered show 0", "changed show 4");
        component.deactivate(BUNDLE_STOPPED);
    }

    @Test
    void aWrongChangeIsRefusedAndTheOldConfigurationStays() {
        activate("file", "a.jsonl", "priority", "2");
        until("an update", () -> !sink.updates.isEmpty());
        component.modified(map("file", "a.jsonl", "speed", Double.NaN, "source", "other"));
        int before = sink.updates.size();
        until("it goes on", () -> sink.updates.size() > before + 2);
        assertThat(source.health().status()).isEqualTo(SourceHealth.Status.OK);
        assertThat(source.health().message())
                .startsWith("playing a.jsonl (camera a); ")
                .endsWith("; a new configuration was refused: speed must lie in [0.01, 100], not NaN");
        assertThat(registry).containsExactly("registered show 2");
        component.deactivate(BUNDLE_STOPPED);
    }

    @Test
    void anotherNameIsAnotherSource() {
        activate("file", "a.jsonl");
        component.modified(map("file", "a.jsonl", "source", "other"));
        until("an update", () -> !sink.updates.isEmpty());
        assertThat(registry).containsExactly("registered show 0", "unregistered", "registered other 0");
        component.deactivate(BUNDLE_STOPPED);
    }

    @Test
    void aFileThatAppearsIsPlayedWithinTwoSeconds() throws Exception {
        activate("file", "late.jsonl");
        until(
                "it is missed",
                () -> source.health().status() == SourceHealth.Status.FAILED
                        && source.health().message().contains("late.jsonl: there is no such file"));
        long began = System.nanoTime();
        // when it was last seen that time passes, and for how long it was not
        long[] seen = {began, 0};
        Files.writeString(base.resolve("late.jsonl"), lines("late", 3, 10));
        until("an update", () -> {
            long now = System.nanoTime();
            seen[1] += now - seen[0] > 200_000_000 ? now - seen[0] : 0;
            seen[0] = now;
            return !sink.updates.isEmpty();
        });
        assertThat(seen[0] - began - seen[1])
                .as("without the stalls of the machine")
                .isLessThan(2_000_000_000L);
        until("well", () -> source.health().status() == SourceHealth.Status.OK);
        component.deactivate(BUNDLE_STOPPED);
    }

    @Test
    void healthSaysWhatPlaysAndWhatNot() {
        activate("file", "a.jsonl,none.jsonl", "loop", "false", "speed", "100");
        until("the end", () -> source.health().message().contains("played to the end"));
        assertThat(source.health().status()).isEqualTo(SourceHealth.Status.FAILED);
        // what a slow machine does not play in time is skipped, and counted
        Matcher told = Pattern.compile(
                        "none\\.jsonl: there is no such file; played to the end: a\\.jsonl \\(camera a\\); (\\d+) "
                                + "sent, 0 refused, (\\d+) skipped")
                .matcher(source.health().message());
        assertThat(told.matches()).as(source.health().message()).isTrue();
        assertThat(Integer.parseInt(told.group(1)) + Integer.parseInt(told.group(2)))
                .isEqualTo(100);
        component.deactivate(DELETED);
        assertThat(sink.removed).containsExactly("a");
    }
}
