package org.geometryos.compositor.launcher.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.launcher.command.Arguments;
import org.geometryos.compositor.launcher.command.UsageException;

/**
 * What {@code compositor run} was told.
 *
 * @param port 0 takes a free port
 * @param host as it was given; {@link Address} decides whether it may be listened on
 * @param demo whether the recordings that come with the distribution are played
 * @param wanted options of the features that are wanted, of those that are not always there, and of further demos
 */
record Options(int port, String host, Path data, Path conf, boolean demo, Set<String> wanted) {
    /** The option of the Gogo console. */
    static final String CONSOLE = "console";
    /** The option of the Felix Web Console. */
    static final String WEB_CONSOLE = "web-console";

    /** What has the wall of the demo be declared. */
    static final String DEMO_WALL = "demo-wall";

    /** @param home the distribution, whose folders are the defaults */
    static Options parse(List<String> arguments, Path home) throws UsageException {
        RunCommand command = new RunCommand(home);
        Arguments.parse(Arguments.commandLine(command), arguments);
        return command.options();
    }

    /** Whether a feature is a part of the host. */
    boolean wants(Feature feature) {
        return feature.option().isEmpty() || wanted.contains(feature.option());
    }
}
