package org.geometryos.compositor.launcher.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the cameras. */
@Command(
        name = "cameras",
        sortOptions = false,
        customSynopsis = "compositor cameras [options]",
        description = "Lists the cameras, sorted by name: who holds each one, from where its newest view came, and "
                + "how long ago.",
        footer = {"", "exit codes: 0 listed, 1 refused or not answered, 2 wrong usage"})
public final class CamerasCommand implements Callable<Integer> {
    private static final List<String> HEAD = List.of("CAMERA", "KIND", "HOLDER", "SOURCE", "AGE");
    private static final long MILLI = 1_000;
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    @Option(
            names = "--json",
            description = "Print each camera as a line of JSON; age, time and received are in microseconds.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        CameraRoll roll = new CameraRoll();
        try (Visit visit = Visit.to(server.target(), CameraRoll.ALL, roll)) {
            visit.awaitKnown(roll, "cameras");
            print(roll.rows(), visit.serverTime(), json).forEach(Console::out);
            return 0;
        }
    }

    /** @param now the server's time, microseconds */
    static List<String> print(List<CameraRoll.Row> cameras, long now, boolean json) {
        return json
                ? cameras.stream().map(camera -> line(camera, now)).toList()
                : Table.lines(
                        HEAD, cameras.stream().map(camera -> row(camera, now)).toList());
    }

    private static List<String> row(CameraRoll.Row camera, long now) {
        return List.of(
                camera.camera(),
                camera.state().map(CamerasCommand::kind).orElse("-"),
                Console.plain(camera.control().flatMap(ControlState::holder).orElse("-")),
                Console.plain(camera.state().map(CameraState::source).orElse("-")),
                camera.state().map(state -> age(now - state.received())).orElse("-"));
    }

    static String kind(CameraState state) {
        return state.view() instanceof View2d ? "2d" : "3d";
    }

    /** In the unit that a person would choose. */
    static String age(long micros) {
        if (micros < 10 * SECOND) {
            return Math.max(0, micros) / MILLI + " ms";
        }
        if (micros < 2 * MINUTE) {
            return micros / SECOND + " s";
        }
        return micros < 2 * HOUR
                ? micros / MINUTE + " min"
                : micros < 48 * HOUR
                        ? String.format(Locale.ROOT, "%.1f h", (double) micros / HOUR)
                        : micros / (24 * HOUR) + " d";
    }

    private static String line(CameraRoll.Row camera, long now) {
        JsonLine line = new JsonLine().with("camera", camera.camera());
        camera.state().ifPresent(state -> line.with("kind", kind(state)));
        camera.control()
                .ifPresent(control -> line.with("holder", control.holder()).with("session", control.session()));
        camera.state()
                .ifPresent(state -> line.with("source", state.source())
                        .with("age", Math.max(0, now - state.received()))
                        .with("time", state.time())
                        .with("received", state.received())
                        .raw("view", view(state)));
        return line.toString();
    }

    /** As the protocol writes it. */
    private static String view(CameraState state) {
        String message = new String(
                Codecs.json().encode(new ServerMessage.Camera(OptionalLong.empty(), state)), StandardCharsets.UTF_8);
        return Optional.of(JsonText.member(message, "view"))
                .filter(text -> !text.isEmpty())
                .orElse("null");
    }
}
