package org.geometryos.compositor.itest.framework;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/** What the in-framework tests do with the host they run in. */
public final class Host {
    public static final String PREFIX = "org.geometryos.compositor.";
    private static final long LEFT_OVER_LIMIT = TimeUnit.SECONDS.toNanos(60);
    private static final String LISTENING = "0A";
    private static final String TIME_WAIT = "06";
    private static final String FIN_WAIT = "05";

    private final BundleContext context;

    public Host(BundleContext context) {
        this.context = context;
    }

    public static int port() {
        return Integer.getInteger("itest.port");
    }

    public Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(b -> (PREFIX + name).equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + PREFIX + name));
    }

    /** A file in the data folder. */
    public Path data(String name) {
        return Path.of(context.getProperty("compositor.data"), name);
    }

    /** The right way to replace a bundle, here by a higher or a lower version of it: stop, update, refresh, start. */
    public void swap(String name) throws Exception {
        Bundle bundle = bundle(name);
        String version = bundle.getVersion().getMicro() == 1 ? "0.1.0" : "0.1.1";
        bundle.stop();
        try (InputStream jar = Copies.versioned(URI.create(bundle.getLocation()).toURL(), version)) {
            bundle.update(jar);
        }
        refresh(List.of(bundle));
        bundle.start();
        if (!bundle.getVersion().toString().equals(version)) {
            throw new AssertionError(name + " is " + bundle.getVersion() + " and not " + version);
        }
    }

    /** A second copy comes first, then the old one goes; the copy takes the old one's place for good. */
    public void swapSideBySide(String name) throws Exception {
        Bundle old = bundle(name);
        Bundle copy;
        try (InputStream jar = Copies.renamed(URI.create(old.getLocation()).toURL(), name + "-next")) {
            copy = context.installBundle("copy:" + name, jar);
        }
        copy.start();
        TimeUnit.MILLISECONDS.sleep(500);
        old.stop();
        TimeUnit.MILLISECONDS.sleep(500);
        old.start();
        copy.uninstall();
        refresh(List.of(copy));
    }

    /**
     * Takes a configuration away and waits until everybody has been told: to Declarative Services one that is there
     * again by then has not changed, so that its component never learns of it.
     */
    public void unconfigure(String pid) throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        ConfigurationAdmin admin = service(ConfigurationAdmin.class);
        Configuration marker = admin.createFactoryConfiguration(PREFIX + "itest.marker", "?");
        String last = marker.getPid();
        marker.update(new Hashtable<>());
        ServiceRegistration<?> listener = context.registerService(
                ConfigurationListener.class,
                event -> {
                    if (event.getType() == ConfigurationEvent.CM_DELETED
                            && event.getPid().equals(last)) {
                        told.countDown();
                    }
                },
                null);
        try {
            admin.getConfiguration(pid, "?").delete();
            // events come in order
            marker.delete();
            if (!told.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody was told for 60 s that " + pid + " is gone");
            }
        } finally {
            listener.unregister();
        }
    }

    public void refresh(List<Bundle> bundles) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(bundles, event -> {
                    if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                        done.countDown();
                    }
                });
        if (!done.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("refreshing took more than 60 s");
        }
    }

    public <T> T service(Class<T> type) throws Exception {
        return await(60, "service " + type.getName(), () -> {
            ServiceReference<T> reference = context.getServiceReference(type);
            return reference == null ? null : context.getService(reference);
        });
    }

    /** Waits until connections are taken. */
    public void awaitReady() throws Exception {
        try {
            await(60, "200 from /compositor/status", () -> status() == 200 ? true : null);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; not active: " + notActive(), e.getCause());
        }
    }

    /** The bundles that are not active, each with the reason that starting it gives. */
    private Map<String, String> notActive() {
        Map<String, String> reasons = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                try {
                    bundle.start();
                    reasons.put(bundle.getSymbolicName(), "was not started");
                } catch (BundleException e) {
                    reasons.put(bundle.getSymbolicName(), e.getMessage());
                }
            }
        }
        return reasons;
    }

    public static int status() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + port() + "/compositor/status")
                        .toURL()
                        .openConnection();
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(10_000);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Polls until the call gives something else than null or false, and fails after the limit. */
    public static <T> T await(int seconds, String what, Callable<T> call) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Exception last = null;
        do {
            try {
                T found = call.call();
                if (found != null && !Boolean.FALSE.equals(found)) {
                    return found;
                }
            } catch (IOException | IllegalStateException e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        } while (System.nanoTime() - deadline < 0);
        throw new AssertionError("waited " + seconds + " s in vain for " + what, last);
    }

    /** Names of living threads that are ours, with how many of each. */
    public static Map<String, Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("compositor-"))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    /** Sockets of the host's port that are neither listening nor only remembered by the kernel (TIME_WAIT). */
    public static long sockets() throws IOException {
        return socketLines().size();
    }

    /** Sockets that this process holds, those included that the kernel has done with on both sides. */
    public static long openSockets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(Host::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            // closed meanwhile
            return false;
        }
    }

    /**
     * How many sockets of the server are in which state of the kernel's, by its numbers: 01 is established, 05 waits
     * for the other side's end.
     */
    public static Map<String, Long> socketStates() throws IOException {
        return socketLines().stream()
                .collect(Collectors.groupingBy(fields -> fields[3], TreeMap::new, Collectors.counting()));
    }

    private static List<String[]> socketLines() throws IOException {
        String port = String.format(":%04X", port());
        List<String[]> found = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                lines.map(line -> line.trim().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(port))
                        .filter(fields ->
                                !fields[3].equals(LISTENING) && !fields[3].equals(TIME_WAIT) && !forgotten(fields))
                        .forEach(found::add);
            }
        }
        return found;
    }

    /**
     * Closed, and everything it was to send has arrived: the kernel alone waits for the other side's end, a minute at
     * most.
     */
    private static boolean forgotten(String[] fields) {
        return fields[3].equals(FIN_WAIT) && fields[9].equals("0");
    }

    public static ClassLoader loader(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getClassLoader();
    }

    /**
     * Class loaders that are still reachable after garbage was collected, by part. When there are any, the heap is
     * written to a file that shows who holds them.
     */
    public static Map<String, Long> leftOver(Map<String, List<WeakReference<ClassLoader>>> loaders) throws Exception {
        Map<String, Long> left = new TreeMap<>();
        long end = System.nanoTime() + LEFT_OVER_LIMIT;
        do {
            System.gc();
            left.clear();
            loaders.forEach((part, references) -> {
                long alive = references.stream().filter(r -> r.get() != null).count();
                if (alive > 0) {
                    left.put(part, alive);
                }
            });
            if (left.isEmpty()) {
                break;
            }
            Thread.sleep(100);
        } while (System.nanoTime() - end < 0);
        if (!left.isEmpty()) {
            dumpHeap("left-" + String.join("-", left.keySet()));
        }
        return left;
    }

    /** Writes what lives on the heap to a file in the folder for the output of tests. */
    public static void dumpHeap(String name) throws IOException {
        Path file = Path.of(System.getProperty("itest.output"), name + ".hprof");
        Files.deleteIfExists(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
        System.out.println("heap in " + file.getFileName());
    }

    /** Bundles that are not active although they should be. */
    public Set<String> inactive() {
        return Arrays.stream(context.getBundles())
                .filter(b -> b.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                .filter(b -> b.getSymbolicName().startsWith(PREFIX) && b.getState() != Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toSet());
    }

    /** The load of displays, in a process of its own. */
    public static Crowd crowd(int every, int latest) throws Exception {
        return crowd(Displays.class, String.valueOf(every), String.valueOf(latest));
    }

    /** Another kind of load: a main class that takes the port and then these, and speaks as {@link Displays} does. */
    public static Crowd crowd(Class<?> load, String... arguments) throws Exception {
        return new Crowd(
                load, port(), System.getProperty("itest.classes"), System.getProperty("itest.output"), arguments);
    }

    /** The load of displays at a host that is another process. */
    public static Crowd crowd(int port, int every, int latest) throws Exception {
        return new Crowd(
                Displays.class,
                port,
                System.getProperty("compositor.test.classes"),
                System.getProperty("compositor.output"),
                String.valueOf(every),
                String.valueOf(latest));
    }

    /** A process of many displays. */
    public static final class Crowd implements AutoCloseable {
        private final Process process;
        private final PrintStream commands;
        private final BufferedReader answers;

        private Crowd(Class<?> load, int port, String classes, String output, String... arguments) throws Exception {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classes,
                    load.getName(),
                    String.valueOf(port)));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(new File(output, "displays-" + port + ".log"))
                    .start();
            commands = new PrintStream(process.getOutputStream(), true);
            answers = new BufferedReader(new InputStreamReader(process.getInputStream()));
            String ready = answers.readLine();
            if (ready == null || !ready.startsWith("ready")) {
                throw new AssertionError("the displays did not connect: " + ready);
            }
        }

        public String ask(String command) throws IOException {
            commands.println(command);
            return line();
        }

        private String line() throws IOException {
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("the displays are gone");
            }
            return answer;
        }

        /** The lines up to an empty one. */
        public List<String> lines(String command) throws IOException {
            List<String> lines = new ArrayList<>();
            for (String line = ask(command); !line.isEmpty(); line = line()) {
                lines.add(line);
            }
            return lines;
        }

        public Map<String, String> report() throws IOException {
            return Arrays.stream(ask("report").split(" "))
                    .map(pair -> pair.split("=", 2))
                    .collect(Collectors.toMap(p -> p[0], p -> p[1]));
        }

        /** Milliseconds since the displays were started in which the machine stood still. */
        public long stalled() throws IOException {
            return Long.parseLong(report().get("stalled"));
        }

        @Override
        public void close() throws Exception {
            commands.println("quit");
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
