package org.geometryos.compositor.launcher.command;

import java.time.Duration;
import java.util.concurrent.Callable;
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
        customSynopsis = "compositor camera (take | release | remove) CAMERA [options]",
        description = "Takes a camera, ends its control, or takes it out of the sequence.",
        subcommands = {CameraCommand.Take.class, CameraCommand.Release.class, CameraCommand.Remove.class})
public final class CameraCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Help help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with it: take, release or remove");
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
        return !force && Visit.refusal(e).filter(ErrorCode.HELD::equals).isPresent()
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
        /** Within the shortest lease that can be configured, 100 ms. */
        private static final long RENEW_MILLIS = 40;

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
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                Thread.sleep(Math.min(RENEW_MILLIS, left / 1_000_000 + 1));
                if (left > RENEW_MILLIS * 1_000_000 && visit.take(camera, false)) {
                    throw new FailedException("the control of camera " + camera + " was ended by another");
                }
            }
            visit.release(camera);
        }

        /** Gives the camera back at Ctrl-C or SIGTERM, with the exit code of a command that was done. */
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
