package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.launcher.command.Console;
import org.geometryos.compositor.launcher.command.Help;
import org.geometryos.compositor.launcher.command.KeyFiles;
import org.geometryos.compositor.launcher.command.OptionTypes;
import org.geometryos.compositor.launcher.log.LogGuard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the bridge. */
@Command(
        name = "run",
        sortOptions = false,
        customSynopsis = "compositor run [options]",
        description = "Runs the Compositor Bridge until Ctrl-C. When it can be used it prints one "
                + "line on standard output: \"ready\" and the addresses to open.",
        footer = {
            "",
            "exit codes: 0 stopped by Ctrl-C or SIGTERM, 1 cannot start or run, 2 wrong usage, 3 out of memory"
        })
public final class RunCommand implements Callable<Integer> {

    private static volatile Host host;

    private final Path home;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = OptionTypes.Port.class,
            description = "Port to listen on, 0 to 65535; 0 takes a free one (default 8081).")
    private int port = 8081;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            converter = OptionTypes.Text.class,
            description =
                    "Address of this machine to listen on (default 127.0.0.1); others than loopback need an API key, "
                            + "see compositor key new.")
    private String bound = "127.0.0.1";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            converter = OptionTypes.Folder.class,
            description = "Bundle cache, state, logs and recordings (default: data/ in the distribution).")
    private Path data;

    @Option(
            names = "--conf",
            paramLabel = "DIR",
            converter = OptionTypes.Folder.class,
            description = "Configuration files, PID.cfg or PID.config (default: conf/ in the distribution).")
    private Path conf;

    @Option(names = "--no-demo", description = "Leave out the demo: its recordings, models and map.")
    private boolean noDemo;

    @Option(
            names = "--demo",
            paramLabel = "NAME",
            converter = OptionTypes.Demo.class,
            description = "Add a further demo. wall: six displays as one wall, all of them at /walls/demo.")
    private String demo;

    /** For the script that starts Java; here it is known only so that it is taken and explained. */
    @Option(
            names = "--restart",
            negatable = true,
            description = "Start it again when it ends unasked, as by exit code 3, at most 5 times in a row "
                    + "(default in a terminal; needs Linux).")
    private boolean restart;

    @Option(names = "--console", description = "Run with a Gogo console: on this terminal, and for compositor console.")
    private boolean console;

    @Option(
            names = "--web-console",
            description = "Run with the Felix Web Console at /system/console, for keys of role admin.")
    private boolean webConsole;

    @Mixin
    private Help help;

    /** @param home the distribution */
    public RunCommand(Path home) {
        this.home = home;
        this.data = home.resolve("data");
        this.conf = home.resolve("conf");
    }

    Options options() {
        return new Options(port, bound, data, conf, !noDemo, wanted());
    }

    private Set<String> wanted() {
        Set<String> wanted = new TreeSet<>();
        if (console) {
            wanted.add(Options.CONSOLE);
        }
        if (webConsole) {
            wanted.add(Options.WEB_CONSOLE);
        }
        if (OptionTypes.Demo.WALL.equals(demo)) {
            wanted.add(Options.DEMO_WALL);
        }
        return wanted;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        Options options = options();
        KeyFiles keys = new KeyFiles(options.conf());
        Address address = Address.free(Address.bindable(options.host(), keys), options.port());
        List<Feature> features = Feature.readAll(home.resolve("features")).stream()
                .filter(options::wants)
                .toList();
        try {
            Files.createDirectories(options.conf());
            Files.createDirectories(home.resolve("deploy"));
        } catch (IOException e) {
            throw new StartException(
                    "--conf " + options.conf() + ": cannot be created (" + DataFolder.reason(e) + ")", e);
        }
        try (DataFolder folder = DataFolder.open(options.data())) {
            folder.addRecordings(home.resolve("recordings"));
            Path logback = options.conf().resolve("logback.xml");
            // as logback reads them: a dollar begins a placeholder, and in a pattern a percent sign begins something,
            // too
            System.setProperty("compositor.dollar", "$");
            System.setProperty(StateFolder.DATA, folder.root().toString().replace("$", "${compositor.dollar}"));
            System.setProperty(
                    "compositor.data.pattern",
                    DataFolder.without("%", folder.root()).toString().replace("$", "${compositor.dollar}"));
            System.setProperty(
                    "logback.configurationFile",
                    (Files.exists(logback) ? logback : home.resolve("lib/logback.xml")).toString());
            CacheState.rescue(folder);
            host = new Host(home, options, address, folder, features, !address.isLoopback() || keys.any());
            Runtime.getRuntime().addShutdownHook(new Thread(RunCommand::shutdown, "compositor-stop"));
            LogGuard.current().tell();
            host.run();
        }
        return ExitCode.OK;
    }

    /**
     * At a signal, at the end of a run, or when a bundle ends the process. Halts, as the virtual machine's own exit
     * code would be the signal's or the bundle's.
     */
    private static void shutdown() {
        Optional<String> foreign = ExitCall.foreign(host.bundles());
        boolean stopped = host.stop();
        if (foreign.isPresent()) {
            Console.error("ended by System.exit in " + foreign.get() + host.lastDeployed());
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        if (!stopped) {
            Console.error("did not stop in time");
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        Runtime.getRuntime().halt(ExitCode.chosen());
    }
}
