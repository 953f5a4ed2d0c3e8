package org.geometryos.compositor.shell;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What an operator asks of the camera bridge, in the scope {@code compositor} of a Gogo shell. Each command gives the
 * text to be shown.
 */
@Component(
        service = CameraCommands.class,
        property = {
            "osgi.command.scope=compositor",
            "osgi.command.function=sources",
            "osgi.command.function=cameras",
            "osgi.command.function=freecamera",
            "osgi.command.function=removecamera"
        })
public final class CameraCommands {
    private static final int LIMIT_SECONDS = 5;

    private final CameraBridge bridge;

    @Activate
    public CameraCommands(@Reference CameraBridge bridge) {
        this.bridge = bridge;
    }

    /** One line per source. */
    public String sources() {
        StringBuilder text = new StringBuilder(
                source("SOURCE", "PRIORITY", "HEALTH", "ACCEPTED", "REFUSED", "LAST", "HOLDS", "SAYS"));
        for (SourceState s : bridge.sources()) {
            text.append('\n')
                    .append(source(
                            s.id(),
                            String.valueOf(s.priority()),
                            s.health().status().name().toLowerCase(Locale.ROOT),
                            String.valueOf(s.accepted()),
                            String.valueOf(s.refused()),
                            ago(s.last()),
                            s.cameras().isEmpty() ? "-" : String.join(",", s.cameras()),
                            s.health().message()));
        }
        return text.toString();
    }

    private static String source(String... columns) {
        return String.format(Locale.ROOT, "%-20s %8s %-7s %12s %12s %10s %-24s %s", (Object[]) columns);
    }

    /** Everything that is known of the sources of a name, its own counters included. */
    public String sources(String id) {
        List<SourceState> found = bridge.sources().stream()
                .filter(source -> source.id().equals(id))
                .toList();
        if (found.isEmpty()) {
            return "there is no source \"" + id + "\"";
        }
        StringBuilder text = new StringBuilder();
        for (SourceState s : found) {
            text.append(s.id())
                    .append(", priority ")
                    .append(s.priority())
                    .append(": ")
                    .append(s.health().status().name().toLowerCase(Locale.ROOT))
                    .append(", ")
                    .append(s.health().message())
                    .append('\n');
            text.append("holds ")
                    .append(s.cameras().isEmpty() ? "no camera" : String.join(", ", s.cameras()))
                    .append("; last update: ")
                    .append(ago(s.last()))
                    .append('\n');
            count(text, "accepted", s.accepted());
            count(text, "refused", s.refused());
            count(text, "of these too fast", s.limited());
            count(text, "from the future", s.ahead());
            s.counters().forEach((name, value) -> count(text, name, value));
        }
        return text.toString().stripTrailing();
    }

    private static void count(StringBuilder text, String name, long value) {
        text.append(String.format(Locale.ROOT, "%-24s %12d\n", name, value));
    }

    /** One line per camera, with who drives it. */
    public String cameras() {
        StringBuilder text = new StringBuilder(camera("CAMERA", "DRIVEN BY", "SESSION", "PRIORITY", "LAST BY", "LAST"));
        for (CameraState c : bridge.cameras().stream()
                .sorted(Comparator.comparing(CameraState::camera))
                .toList()) {
            Optional<ControlState> control = bridge.control(c.camera());
            text.append('\n')
                    .append(camera(
                            c.camera(),
                            control.flatMap(ControlState::holder).orElse("-"),
                            control.flatMap(ControlState::session).orElse("-"),
                            control.map(ControlState::priority)
                                    .map(CameraCommands::priority)
                                    .orElse("-"),
                            c.source(),
                            ago(OptionalLong.of(c.received()))));
        }
        return text.toString();
    }

    private static String priority(int priority) {
        return priority == Driver.FORCED ? "forced" : String.valueOf(priority);
    }

    /** Ends the control of a camera, whoever has it. */
    public String freecamera(String camera) {
        Optional<ControlState> held = bridge.control(camera);
        if (held.isEmpty()) {
            return "nobody drives \"" + camera + "\"";
        }
        ControlState holder = held.get();
        Driver driver = new Driver(holder.holder().orElseThrow(), holder.session(), holder.priority());
        return said(bridge.release(driver, camera), "\"" + camera + "\" is free; \"" + driver.name() + "\" drove it");
    }

    /** Takes a camera out of the sequence; a source that drives it brings it back. */
    public String removecamera(String camera) {
        return said(bridge.remove(camera), "\"" + camera + "\" is removed");
    }

    /** On the thread of the shell, which may wait. */
    private static String said(Answer<Outcome> answer, String done) {
        CompletableFuture<Outcome> told = new CompletableFuture<>();
        answer.then(told::complete);
        try {
            return told.get(LIMIT_SECONDS, TimeUnit.SECONDS) instanceof Outcome.Refused refused
                    ? refused.message()
                    : done;
        } catch (TimeoutException e) {
            return "no answer within " + LIMIT_SECONDS + " s; whether it was done is unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted; whether it was done is unknown";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static String camera(String... columns) {
        return String.format(Locale.ROOT, "%-32s %-24s %-16s %8s %-24s %s", (Object[]) columns);
    }

    /** @param micros since the Unix epoch */
    private static String ago(OptionalLong micros) {
        return micros.isEmpty()
                ? "never"
                : String.format(
                        Locale.ROOT,
                        "%.1f s ago",
                        Math.max(0, System.currentTimeMillis() - micros.getAsLong() / 1000) / 1000.0);
    }
}
