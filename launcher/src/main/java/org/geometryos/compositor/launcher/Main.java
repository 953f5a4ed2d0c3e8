package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The command {@code compositor}. */
public final class Main {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static volatile int exitCode = OK;
    private static volatile Host host;

    private Main() {
    }

    public static void main(String[] arguments) {
        Console.reserveStandardOutput();
        exitCode = execute(Arrays.asList(arguments));
        System.exit(exitCode);
    }

    private static int execute(List<String> arguments) {
        try {
            if (arguments.contains("--help") || arguments.contains("-h")) {
                Console.out(usage().stripTrailing());
                return OK;
            }
            if (arguments.contains("--version")) {
                Console.out("Compositor Bridge " + version());
                return OK;
            }
            if (arguments.isEmpty()) {
                throw new Options.UsageException("no command");
            }
            if (!arguments.get(0).equals("run")) {
                throw new Options.UsageException("unknown command " + arguments.get(0));
            }
            Path home = home();
            run(home, Options.parse(arguments.subList(1, arguments.size()), home));
            return OK;
        } catch (Options.UsageException e) {
            Console.error(e.getMessage() + "\n" + usage().lines().findFirst().orElse("")
                    + "\ncompositor --help says more");
            return USAGE;
        } catch (StartException e) {
            Console.error(e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            return FAILED;
        }
    }

    private static void run(Path home, Options options) throws StartException, InterruptedException {
        Address address = Address.free(options.host(), options.port());
        List<Feature> features = Feature.readAll(home.resolve("features"));
        try {
            Files.createDirectories(options.conf());
            Files.createDirectories(home.resolve("deploy"));
        } catch (IOException e) {
            throw new StartException("--conf " + options.conf() + ": cannot be created (" + DataFolder.reason(e) + ")", e);
        }
        try (DataFolder data = DataFolder.open(options.data())) {
            data.addRecordings(home.resolve("recordings"));
            Path logback = options.conf().resolve("logback.xml");
            System.setProperty("compositor.data", data.root().toString());
            System.setProperty("logback.configurationFile",
                    (Files.exists(logback) ? logback : home.resolve("lib/logback.xml")).toString());
            host = new Host(home, options, address, data, features);
            Runtime.getRuntime().addShutdownHook(new Thread(Main::shutdown, "compositor-stop"));
            host.run();
        }
    }

    /** At a signal, or at the end of a run. Halts, as the virtual machine's own exit code would be the signal's. */
    private static void shutdown() {
        if (!host.stop()) {
            Console.error("did not stop in time");
            Runtime.getRuntime().halt(FAILED);
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private static Path home() throws StartException {
        String home = System.getProperty("compositor.home");
        try {
            return home != null ? Path.of(home).toAbsolutePath().normalize()
                    : Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent().getParent();
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
