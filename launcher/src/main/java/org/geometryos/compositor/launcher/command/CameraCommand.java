package org.geometryos.compositor.launcher.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import org.geometryos.compositor.protocol.ErrorCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an operator does with a camera. */
@Command(
        name = "camera",
        sortOptions = false,
        customSynopsis = "compositor camera (take | release | gather | remove) CAMERA [options]",
        description = "Takes a camera, ends its control, makes displays look where it looks, or takes it out of the "
                + "sequence.",
        subcommands = {
            CameraCommand.Take.class,
            CameraCommand.Release.class,
            CameraCommand.Gather.class,
            CameraCommand.Remove.class
        })
public final class CameraCommand implements Runnable {
    /** Within the shortest lease that can be configured, 100 ms. */
    private static final long RENEW_MILLIS = 40;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Help help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with it: take, release, gather or remove");
    }

    /** Which camera, on which host. */
    static final class OneCamera {
        @Parameters(paramLabel = "CAMERA", description = "The camera's name.")
        private String camera;

        @Mixin
        private OutcomeOptions outcome;

        String name() throws UsageException {
            try {
                return Names.check("CAMERA", camera);
            } catch (InvalidValueException e) {
                throw new UsageException(e.getMessage());
            }
        }

        Target target() throws FailedException, UsageException {
            return outcome.target();
        }

        void print(JsonLine line, String text) {
            outcome.print(() -> line.with("camera", camera), text);
        }
    }

    /** A refusal, with what an operator can do about a holder. */
    private static FailedException refused(FailedException e, boolean force) {
        return !force && isHeld(e)
                ? new FailedException(e.getMessage() + "; with --force (a key of role admin) it does not matter who", e)
                : e;
    }

    /** {@code compositor camera take}. */
    @Command(
            name = "take",
            sortOptions = false,
            customSynopsis = "compositor camera take CAMERA [options]",
            description = "Takes control of a camera and keeps it, so that nobody else moves it, until Ctrl-C or for a "
                    + "time. Then the camera is free. Needs a key of role control.",
            footer = {"", "exit codes: 0 held until the end, 1 refused, taken by another or lost, 2 wrong usage"})
    static final class Take implements Callable<Integer> {
        @Mixin
        private OneCamera one;

        @Option(names = "--force", description = "Whoever holds it. Needs a key of role admin.")
        private boolean force;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                converter = OptionTypes.Time.class,
                description = "How long: 500ms, 30s, 2m (default: until Ctrl-C; no longer than the host's holdLimit).")
        private Duration time;

        @Option(
                names = {"-w", "--display"},
                paramLabel = "NAME",
                converter = OptionTypes.Name.class,
                description = "The name to hold it under (default: the host gives one).")
        private String display;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            String camera = one.name();
            long end = System.nanoTime() + (time == null ? Long.MAX_VALUE / 2 : time.toNanos());
            try (Visit visit = Visit.as(one.target(), display)) {
                Ending ending = new Ending(visit);
                try {
                    hold(visit, camera, end);
                    return 0;
                } finally {
                    ending.over();
                }
            }
        }

        private void hold(Visit visit, String camera, long end) throws FailedException, InterruptedException {
            try {
                visit.take(camera, force);
            } catch (FailedException e) {
                throw refused(e, force);
            }
            String holder = visit.welcome().display();
            one.print(
                    JsonLine.done("take").with("display", holder),
                    "camera " + camera + " is held by " + holder
                            + (time == null ? " until Ctrl-C" : " for " + OptionTypes.Time.text(time)));
            keep(visit, List.of(camera), end);
        }
    }

    /** Keeps cameras that were taken, and gives them back. @param end {@link System#nanoTime()} */
    private static void keep(Visit visit, List<String> cameras, long end) throws FailedException, InterruptedException {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            Thread.sleep(Math.min(RENEW_MILLIS, left / 1_000_000 + 1));
            for (String each : cameras) {
                if (left > RENEW_MILLIS * 1_000_000) {
                    renew(visit, each);
                }
            }
        }
        for (String each : cameras) {
            try {
                visit.release(each);
            } catch (FailedException e) {
                throw isHeld(e) ? ended(each) : e;
            }
        }
    }

    private static void renew(Visit visit, String camera) throws FailedException, InterruptedException {
        boolean lost;
        try {
            lost = visit.take(camera, false);
        } catch (FailedException e) {
            lost = isHeld(e);
            if (!lost) {
                throw e;
            }
        }
        if (lost) {
            throw ended(camera);
        }
    }

    /** The same whether another holds it now, or held it for a moment only. */
    private static FailedException ended(String camera) {
        return new FailedException(
                "the control of camera " + camera + " was ended by another; compositor cameras tells who holds it");
    }

    private static boolean isHeld(FailedException e) {
        return Visit.refusal(e).filter(ErrorCode.HELD::equals).isPresent();
    }

    /** Gives cameras back at Ctrl-C or SIGTERM, with the exit code of a command that was done. */
    private static final class Ending {
        private volatile boolean over;

        Ending(Visit visit) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                if (!over) {
                                    visit.close();
                                    Runtime.getRuntime().halt(0);
                                }
                            },
                            "compositor-bye"));
        }

        void over() {
            over = true;
        }
    }

    /** {@code compositor camera gather}. */
    @Command(
            name = "gather",
            sortOptions = false,
            customSynopsis = "compositor camera gather CAMERA [--jump OTHER | --all] [options]",
            description =
                    "Makes displays look where a camera looks. Displays on which nobody chose a camera show it within "
                            + "three seconds. With --jump or --all, other cameras of its kind jump to its view instead, "
                            + "and are held there until Ctrl-C or for a time. Needs a key of role admin.",
            footer = {"", "exit codes: 0 done, 1 refused, no such camera, or one was taken by another, 2 wrong usage"})
    static final class Gather implements Callable<Integer> {
        private static final String SETTINGS = "org.geometryos.compositor.settings";

        @Mixin
        private OneCamera one;

        @Option(
                names = "--jump",
                paramLabel = "OTHER",
                converter = OptionTypes.Text.class,
                description = "A camera that jumps to its view, whoever holds it; may be given several times.")
        private List<String> others = List.of();

        @Option(names = "--all", description = "All other cameras of its kind do.")
        private boolean all;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                converter = OptionTypes.Time.class,
                description = "How long they stay there: 500ms, 30s, 2m (default: until Ctrl-C; no longer than the "
                        + "host's holdLimit).")
        private Duration time;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            String camera = one.name();
            if (all && !others.isEmpty()) {
                throw new UsageException("either --jump or --all");
            }
            if (time != null && !all && others.isEmpty()) {
                throw new UsageException(
                        "--for needs --jump or --all: who shows a camera shows it until told otherwise");
            }
            CameraRoll roll = new CameraRoll();
            try (Visit visit = Visit.to(one.target(), CameraRoll.ALL, roll)) {
                visit.awaitKnown(roll, "cameras");
                CameraState state = state(roll, camera);
                if (!all && others.isEmpty()) {
                    show(camera, state);
                    return 0;
                }
                List<String> targets = targets(roll, state);
                Ending ending = new Ending(visit);
                try {
                    jump(visit, camera, state.view(), targets);
                    return 0;
                } finally {
                    ending.over();
                }
            }
        }

        private static CameraState state(CameraRoll roll, String camera) throws FailedException {
            return roll.rows().stream()
                    .filter(row -> row.camera().equals(camera))
                    .findFirst()
                    .flatMap(CameraRoll.Row::state)
                    .orElseThrow(() -> new FailedException(
                            "there is no camera " + camera + " with a view; compositor cameras lists them"));
        }

        private void show(String camera, CameraState state)
                throws FailedException, UsageException, InterruptedException {
            String key = "show." + CamerasCommand.kind(state);
            AdminApi.Answer answer = new AdminApi(one.target())
                    .post(
                            "configuration",
                            new JsonLine()
                                    .with("pid", SETTINGS)
                                    .raw(
                                            "properties",
                                            new JsonLine().with(key, camera).toString()));
            one.print(
                    JsonLine.done("gather").raw("lasts", String.valueOf(answer.is("lasts"))),
                    "displays that chose no camera show " + camera + (answer.is("lasts") ? "" : ConfigCommand.LATER));
        }

        private List<String> targets(CameraRoll roll, CameraState state) throws FailedException {
            List<String> targets = new ArrayList<>();
            if (all) {
                roll.rows().stream()
                        .flatMap(row -> row.state().stream())
                        .filter(each -> !each.camera().equals(state.camera())
                                && CamerasCommand.kind(each).equals(CamerasCommand.kind(state)))
                        .forEach(each -> targets.add(each.camera()));
            } else {
                for (String other : others) {
                    CameraState known = state(roll, other);
                    if (!CamerasCommand.kind(known).equals(CamerasCommand.kind(state))) {
                        throw new FailedException("camera " + other + " is of another kind than " + state.camera());
                    }
                    targets.add(other);
                }
                targets.remove(state.camera());
            }
            if (targets.isEmpty()) {
                throw new FailedException(
                        "there is no other " + CamerasCommand.kind(state) + " camera beside " + state.camera());
            }
            return targets;
        }

        private void jump(Visit visit, String camera, View view, List<String> targets)
                throws FailedException, InterruptedException {
            for (String each : targets) {
                visit.take(each, true);
                visit.drive(new CameraUpdate(each, view).withCut(true));
            }
            one.print(
                    JsonLine.done("gather").with("jumped", targets),
                    String.join(", ", targets) + (targets.size() == 1 ? " looks" : " look") + " where " + camera
                            + " looks" + (time == null ? ", until Ctrl-C" : ", for " + OptionTypes.Time.text(time)));
            long end = System.nanoTime() + (time == null ? Long.MAX_VALUE / 2 : time.toNanos());
            keep(visit, targets, end);
        }
    }

    /** {@code compositor camera release}. */
    @Command(
            name = "release",
            sortOptions = false,
            customSynopsis = "compositor camera release CAMERA [options]",
            description = "Ends the control of a camera. With --force it does not matter who holds it. A source that "
                    + "drives it takes it again. Needs a key of role control.",
            footer = {"", "exit codes: 0 the camera is free, 1 refused or no such camera, 2 wrong usage"})
    static final class Release implements Callable<Integer> {
        @Mixin
        private OneCamera one;

        @Option(names = "--force", description = "Whoever holds it. Needs a key of role admin.")
        private boolean force;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            String camera = one.name();
            CameraRoll roll = new CameraRoll();
            try (Visit visit = Visit.to(one.target(), CameraRoll.ALL, roll)) {
                visit.awaitKnown(roll, "cameras");
                if (roll.rows().stream().noneMatch(row -> row.camera().equals(camera))) {
                    throw new FailedException("there is no camera " + camera + "; compositor cameras lists them");
                }
                try {
                    if (force) {
                        visit.take(camera, true);
                    }
                    visit.release(camera);
                } catch (FailedException e) {
                    throw refused(e, force);
                }
                one.print(JsonLine.done("release"), "camera " + camera + " is free");
                return 0;
            }
        }
    }

    /** {@code compositor camera remove}. */
    @Command(
            name = "remove",
            sortOptions = false,
            customSynopsis = "compositor camera remove CAMERA [options]",
            description =
                    "Removes a camera from the sequence, whoever holds it. A source that drives it brings it back. "
                            + "Needs a key of role admin.",
            footer = {"", "exit codes: 0 done, 1 refused or no such camera, 2 wrong usage"})
    static final class Remove implements Callable<Integer> {
        @Mixin
        private OneCamera one;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            String camera = one.name();
            try (Visit visit = Visit.toRun(one.target(), Subscription.NONE, new Roll())) {
                visit.admin(new AdminAction.RemoveCamera(camera));
                one.print(JsonLine.done("remove"), "camera " + camera + " is removed");
                return 0;
            }
        }
    }
}
