package org.geometryos.compositor.launcher.host;

import java.nio.file.Path;
import java.util.List;
import org.geometryos.compositor.launcher.command.Arguments;
import org.geometryos.compositor.launcher.command.UsageException;

/**
 * What {@code compositor run} was told.
 *
 * @param port 0 takes a free port
 * @param host as it was given; {@link Address} decides whether it may be listened on
 * @param demo whether the recordings that come with the distribution are played
 */
record Options(int port, String host, Path data, Path conf, boolean demo) {

    /** @param home the distribution, whose folders are the defaults */
    static Options parse(List<String> arguments, Path home) throws UsageException {
        RunCommand command = new RunCommand(home);
        Arguments.parse(Arguments.commandLine(command), arguments);
        return command.options();
    }
}
