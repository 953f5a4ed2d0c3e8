package org.geometryos.compositor.launcher.verify;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.launcher.command.Console;
import org.geometryos.compositor.launcher.command.FailedException;
import org.geometryos.compositor.launcher.command.Help;
import org.geometryos.compositor.launcher.command.OptionTypes;
import org.geometryos.compositor.launcher.command.ServerOptions;
import org.geometryos.compositor.launcher.command.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks an installation. */
@Command(
        name = "verify",
        sortOptions = false,
        customSynopsis = "compositor verify [options]",
        description = "Checks an installation from end to end, as a display sees it, and prints a line for "
                + "each step. It changes nothing, and ends within the heartbeat's interval and 30 s.",
        footer = {"", "exit codes: 0 no step failed, 1 a step failed, 2 wrong usage"})
public final class VerifyCommand implements Callable<Integer> {
    @Option(
            names = "--camera",
            paramLabel = "NAME",
            converter = OptionTypes.Text.class,
            description = "The camera to look at (default: all).")
    private String camera;

    @Option(names = "--json", description = "Print each step as a line of JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        if (camera != null && !Names.valid(camera)) {
            throw new UsageException(
                    "--camera " + camera + ": must be 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment");
        }
        StepReport report = new StepReport(Console::out, json);
        new Verification(server.target(), Optional.ofNullable(camera), report).run();
        long failed = report.count(StepReport.Verdict.FAIL);
        Console.error(report.count(StepReport.Verdict.OK) + " steps OK, " + failed + " failed, "
                + report.count(StepReport.Verdict.SKIP) + " skipped");
        return failed == 0 ? 0 : 1;
    }
}
