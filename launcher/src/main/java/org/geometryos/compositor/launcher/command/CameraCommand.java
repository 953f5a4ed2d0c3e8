package org.geometryos.compositor.launcher.command;

import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an operator does with a camera. */
@Command(
        name = "camera",
        sortOptions = false,
        customSynopsis = "compositor camera remove CAMERA [options]",
        description = "Takes a camera out of the sequence. Needs a key of role admin.",
        subcommands = CameraCommand.Remove.class)
public final class CameraCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Help help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with it: remove");
    }

    /** {@code compositor camera remove}. */
    @Command(
            name = "remove",
            sortOptions = false,
            customSynopsis = "compositor camera remove CAMERA [options]",
            description =
                    "Removes a camera from the sequence, whoever holds it. A source that drives it brings it back.",
            footer = {"", "exit codes: 0 done, 1 refused, 2 wrong usage"})
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "CAMERA", description = "The camera's name.")
        private String camera;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            try {
                Names.check("CAMERA", camera);
            } catch (InvalidValueException e) {
                throw new UsageException(e.getMessage());
            }
            try (Visit visit = Visit.toRun(server.target(), Subscription.NONE, new Roll())) {
                visit.admin(new AdminAction.RemoveCamera(camera));
                Console.out("camera " + camera + " is removed");
                return 0;
            }
        }
    }
}
