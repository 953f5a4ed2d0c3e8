package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The Gogo console of a host of this machine. */
@Command(
        name = "console",
        sortOptions = false,
        customSynopsis = "compositor console [options] [COMMAND [ARGUMENT...]]",
        description = "Runs a command in the Gogo console of a host of this machine that was started with --console; "
                + "without COMMAND each line of standard input is one, until its end or exit. Whoever owns the data "
                + "folder of the host may do this, and nobody else; it needs no key.",
        footer = {"", "exit codes: 0 done, 1 the last command failed or there is no console, 2 wrong usage"})
public final class ConsoleCommand implements Callable<Integer> {
    private static final int BLOCK = 8 << 10;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "A command of Gogo and its arguments; help lists the commands.")
    private List<String> words = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            converter = OptionTypes.Folder.class,
            description = "The data folder of the host (default: data/ in the distribution).")
    private Path data;

    @Mixin
    private Help help;

    private ConsoleCommand(Path data) {
        this.data = data;
    }

    /**
     * With all that is behind the first word left to Gogo.
     *
     * @param data the default of its option
     */
    public static CommandLine commandLine(Path data) {
        return Arguments.commandLine(new ConsoleCommand(data)).setStopAtPositional(true);
    }

    @Override
    public Integer call() throws FailedException {
        try (ConsoleLink link = ConsoleLink.open(data, words.isEmpty() && Console.interactive())) {
            if (words.isEmpty()) {
                Thread typed = new Thread(() -> send(link), "compositor-typed");
                typed.setDaemon(true);
                typed.start();
            } else {
                link.send(String.join(" ", words) + "\n");
                link.end();
            }
            return link.print()
                    .orElseThrow(() -> new FailedException("the host has ended, or its console was replaced"));
        } catch (IOException e) {
            throw new FailedException(
                    "there is no console in " + data + " (" + e.getMessage()
                            + "): the host must run there with --console, as the same user",
                    e);
        }
    }

    private static void send(ConsoleLink link) {
        byte[] bytes = new byte[BLOCK];
        try {
            for (int n; (n = System.in.read(bytes)) >= 0; ) {
                link.send(bytes, n);
            }
            link.end();
        } catch (IOException e) {
            // whoever prints sees the end, too
        }
    }
}
