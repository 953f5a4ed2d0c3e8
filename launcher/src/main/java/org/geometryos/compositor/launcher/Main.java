package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.geometryos.compositor.launcher.command.Arguments;
import org.geometryos.compositor.launcher.command.BundlesCommand;
import org.geometryos.compositor.launcher.command.CameraCommand;
import org.geometryos.compositor.launcher.command.CamerasCommand;
import org.geometryos.compositor.launcher.command.ConfigCommand;
import org.geometryos.compositor.launcher.command.ConnectCommand;
import org.geometryos.compositor.launcher.command.Console;
import org.geometryos.compositor.launcher.command.ConsoleCommand;
import org.geometryos.compositor.launcher.command.DisplaysCommand;
import org.geometryos.compositor.launcher.command.DrainCommand;
import org.geometryos.compositor.launcher.command.FailedException;
import org.geometryos.compositor.launcher.command.HealthCommand;
import org.geometryos.compositor.launcher.command.KeyCommand;
import org.geometryos.compositor.launcher.command.KickCommand;
import org.geometryos.compositor.launcher.command.LogCommand;
import org.geometryos.compositor.launcher.command.MessagesCommand;
import org.geometryos.compositor.launcher.command.NoticeCommand;
import org.geometryos.compositor.launcher.command.RecordCommand;
import org.geometryos.compositor.launcher.command.ReplayCommand;
import org.geometryos.compositor.launcher.command.SourcesCommand;
import org.geometryos.compositor.launcher.command.StatusCommand;
import org.geometryos.compositor.launcher.command.UsageException;
import org.geometryos.compositor.launcher.command.WallsCommand;
import org.geometryos.compositor.launcher.host.ExitCode;
import org.geometryos.compositor.launcher.host.RunCommand;
import org.geometryos.compositor.launcher.host.StartException;
import org.geometryos.compositor.launcher.verify.VerifyCommand;
import picocli.CommandLine;

/** The command {@code compositor}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        // before anything is formatted: the framework and libraries write versions, dates and JSON with the digits and
        // letters of the default
        Locale.setDefault(Locale.ROOT);
        Console.reserveStandardOutput();
        int code;
        try {
            code = execute(Arrays.asList(arguments));
        } catch (Throwable e) {
            // without this the main thread alone would end, and the process stay
            code = ExitCode.FAILED;
            Console.error("failed: " + e);
        }
        ExitCode.exit(code);
    }

    private static int execute(List<String> arguments) {
        CommandLine line = null;
        try {
            if (arguments.isEmpty()) {
                throw new UsageException("no command");
            }
            String command = arguments.get(0);
            if (command.equals("--help") || command.equals("-h")) {
                Console.out(usage().stripTrailing());
                return ExitCode.OK;
            }
            if (command.equals("--version") || command.equals("run") && arguments.contains("--version")) {
                Console.out("Compositor Bridge " + version());
                return ExitCode.OK;
            }
            line = command(command, home());
            CommandLine.ParseResult result = read(line, arguments);
            line = result.commandSpec().commandLine();
            if (result.isUsageHelpRequested()) {
                Console.out(Arguments.help(line));
                return ExitCode.OK;
            }
            return (Integer) action(line).call();
        } catch (UsageException e) {
            Console.error(e.getMessage() + "\n"
                    + (line == null
                            ? usage().lines().findFirst().orElse("") + "\ncompositor --help says more"
                            : line.getCommandSpec().qualifiedName() + " --help says more"));
            return ExitCode.USAGE;
        } catch (StartException | FailedException e) {
            Console.error(e.getMessage());
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        } catch (Exception e) {
            Console.error("failed: " + e);
            return ExitCode.FAILED;
        }
    }

    /** What is asked for in the end: of a command with others below it, the one of these. */
    private static CommandLine.ParseResult read(CommandLine line, List<String> arguments) throws UsageException {
        CommandLine.ParseResult result = Arguments.parse(line, arguments.subList(1, arguments.size()));
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        return result;
    }

    private static Callable<?> action(CommandLine line) throws UsageException {
        if (line.getCommand() instanceof Callable<?> action) {
            return action;
        }
        throw new UsageException(
                "which? " + String.join(", ", line.getSubcommands().keySet()));
    }

    /**
     * Reads a command as {@link #main} does, and does not run it.
     *
     * @param arguments at least one
     * @param home the distribution
     */
    public static void parse(List<String> arguments, Path home) throws UsageException {
        if (!arguments.get(0).startsWith("-")) {
            CommandLine.ParseResult result = read(command(arguments.get(0), home), arguments);
            if (!result.isUsageHelpRequested()) {
                action(result.commandSpec().commandLine());
            }
        }
    }

    /** Only the one that is asked for, so that none pays for another's classes. */
    private static CommandLine command(String name, Path home) throws UsageException {
        CommandLine line =
                switch (name) {
                    case "run" -> Arguments.commandLine(new RunCommand(home));
                    case "connect" -> Arguments.commandLine(new ConnectCommand());
                    case "displays" -> Arguments.commandLine(new DisplaysCommand());
                    case "walls" -> Arguments.commandLine(new WallsCommand());
                    case "replay" -> Arguments.commandLine(new ReplayCommand());
                    case "cameras" -> Arguments.commandLine(new CamerasCommand());
                    case "camera" -> Arguments.commandLine(new CameraCommand());
                    case "status" -> Arguments.commandLine(new StatusCommand());
                    case "health" -> Arguments.commandLine(new HealthCommand());
                    case "bundles" -> Arguments.commandLine(new BundlesCommand());
                    case "sources" -> Arguments.commandLine(new SourcesCommand());
                    case "config" -> Arguments.commandLine(new ConfigCommand());
                    case "console" -> ConsoleCommand.commandLine(home.resolve("data"));
                    case "log" -> Arguments.commandLine(new LogCommand());
                    case "messages" -> Arguments.commandLine(new MessagesCommand());
                    case "kick" -> Arguments.commandLine(new KickCommand());
                    case "notice" -> Arguments.commandLine(new NoticeCommand());
                    case "drain" -> Arguments.commandLine(new DrainCommand());
                    case "verify" -> Arguments.commandLine(new VerifyCommand());
                    case "record" -> RecordCommand.commandLine(home.resolve("data"));
                    case "key" -> KeyCommand.commandLine(home.resolve("conf"));
                    default -> throw new UsageException("unknown command " + name);
                };
        return line.setCommandName("compositor " + name);
    }

    private static Path home() throws StartException {
        String home = System.getProperty("compositor.home");
        try {
            return home != null
                    ? Path.of(home).toAbsolutePath().normalize()
                    : Path.of(Main.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                            .getParent()
                            .getParent();
        } catch (URISyntaxException e) {
            throw new StartException("cannot tell where the distribution is: " + e.getMessage(), e);
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    private static String usage() {
        try (InputStream text = Main.class.getResourceAsStream("usage.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
