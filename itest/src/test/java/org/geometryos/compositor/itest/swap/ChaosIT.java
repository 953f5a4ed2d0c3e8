package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Displays that connect, vanish, half-close, stall, resume, take over names and send rubbish while bundles are swapped
 * and configurations change: at the end the tables are exact, nothing is left over, and no well-behaved display missed
 * anything.
 *
 * <p>By default 20 s with 120 displays, two fifths of them well-behaved. The long version, and the same again as a run
 * that failed (the seed is printed; what each display does is the same then, when it happens is not):
 *
 * <pre>mvn -o verify -Dit.test=ChaosIT -Dtest=NoUnitTests -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Dchaos.seconds=600 -Dchaos.displays=500 [-Dchaos.seed=N]</pre>
 *
 * <p>What the displays found wrong stands in the failure, with the last events of each; when an answer was late, or a
 * connection was closed without reason, the host's threads at that moment are in
 * {@code itest/target/chaos-threads-N.txt}; when a class loader is left over, the heap is in
 * {@code itest/target/chaos.hprof}; when a table is not exact, in {@code chaos-tables.hprof}.
 */
@RunWith(PaxExam.class)
public class ChaosIT {
    private static final int DEFAULT_SECONDS = 20;
    private static final int DEFAULT_DISPLAYS = 120;
    private static final int LONG_SECONDS = 120;
    private static final int MOST_DUMPS = 10;
    private static final int MOST_FLAWS = 200;
    private static final int INTERVAL = 1000;
    private static final int TIMEOUT = 6000;
    private static final int WINDOW = 10_000;
    /** How long a close may take with a peer that does not answer it. */
    private static final int CLOSING = 10_000;

    private static final int MARGIN = 20_000;
    private static final int MOST_GROWTH_MIB = 12;
    private static final int MOST_FILE_BYTES = 256 * 1024;
    private static final List<String> SWAPPED =
            List.of("connections", "endpoint", "broadcast", "camera", "protocol", "camera.replay", "shell");

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private final int seconds = Integer.getInteger("chaos.seconds", DEFAULT_SECONDS);
    private final int naughty = Integer.getInteger("chaos.displays", DEFAULT_DISPLAYS) * 3 / 5;
    private final int well = Integer.getInteger("chaos.displays", DEFAULT_DISPLAYS) - naughty;
    private final long seed = Long.getLong("chaos.seed", System.nanoTime() & 0xffffff);
    private final Random random = new Random(seed);
    private final Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();
    private final Map<String, Integer> steps = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private Host host;
    private Host.Crowd crowd;
    private int dumps;

    @Configuration
    public Option[] configuration() {
        List<Option> options = new ArrayList<>();
        for (String name : List.of("chaos.seconds", "chaos.displays", "chaos.seed")) {
            if (System.getProperty(name) != null) {
                options.add(systemProperty(name).value(System.getProperty(name)));
            }
        }
        return Distribution.framework(options.toArray(new Option[0]));
    }

    @Test
    public void chaosLeavesNothingBehindAndNoWellBehavedDisplayMissesAnything() throws Exception {
        System.out.println("chaos: seed " + seed + ", " + seconds + " s, " + well + " well-behaved and " + naughty
                + " naughty displays");
        host = new Host(context);
        configure("journal", "cameraBytes", 4 << 20, "orderedBytes", 3 << 20);
        limits(Map.of());
        host.awaitReady();
        crowd = Host.crowd(ChaosDisplays.class, String.valueOf(seed), String.valueOf(well), String.valueOf(naughty));
        try (Host.Crowd closing = crowd;
                TwoCameras source = new TwoCameras(context)) {
            fillJournal();
            Map<String, Long> threads = Host.threads();
            Map<String, Long> allThreads = allThreads();
            long heap = heap();
            Map<String, Long> files = files();
            awaitTables();

            crowd.ask("chaos");
            stir();
            crowd.ask("calm");
            long calm = System.nanoTime();
            int before = faults.size();
            awaitTables();
            if (faults.size() > before) {
                dumpThreads(List.of("tables not exact"));
                Host.dumpHeap("chaos-tables");
            }
            System.out.println(
                    "chaos: tables exact " + (System.nanoTime() - calm) / 1_000_000 + " ms after it ended; " + steps);
            crowd.ask("release");
            limits(Map.of());
            configure("broadcast", "writers", 0);
            awaitTrue(60, "the threads of the beginning", () -> difference(threads, Host.threads()));
            Map<String, Long> reachable = Host.leftOver(loaders);
            check("class loaders still reachable, by part", Map.of(), reachable);
            long heapNow = heap();
            System.out.println(
                    "chaos: live heap " + (heap >> 10) + " KiB before, " + (heapNow >> 10) + " KiB after; files before "
                            + files + ", after " + files() + "; all threads " + difference(allThreads, allThreads()));
            check("the heap grew by " + (heapNow - heap >> 20) + " MiB", true, heapNow - heap <= MOST_GROWTH_MIB << 20);
            check(
                    "files in the data folder: " + files() + " after " + files,
                    true,
                    bytes(files()) - bytes(files) <= MOST_FILE_BYTES);
            check("inactive", "[]", host.inactive().toString());
            everybodyKnowsEverything(source);
            limitsCountNobodyWhoIsGone();
        }
    }

    // ---- chaos

    private void stir() throws Exception {
        long from = System.nanoTime();
        int transports = seconds >= LONG_SECONDS ? 2 : 1;
        int swappedTransports = 0;
        for (double elapsed; (elapsed = (System.nanoTime() - from) / 1e9) < seconds; ) {
            if (swappedTransports < transports && elapsed > seconds * (swappedTransports + 1.0) / (transports + 1)) {
                swappedTransports++;
                crowd.ask("excuse");
                swap("transport");
                host.awaitReady();
                long there = System.nanoTime();
                Host.await(
                        60, "all well-behaved displays after a swap of transport", () -> number("connected") == well);
                System.out.println(
                        "chaos: all back " + (System.nanoTime() - there) / 1_000_000 + " ms after the transport");
            } else if (random.nextInt(4) == 0) {
                change();
            } else {
                swap(SWAPPED.get(random.nextInt(SWAPPED.size())));
            }
            look();
            if (number("flaws") > MOST_FLAWS) {
                faults.add("more than " + MOST_FLAWS + " flaws; the chaos ended early");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1000));
            look();
        }
    }

    private void swap(String part) throws Exception {
        steps.merge(part, 1, Integer::sum);
        loaders.computeIfAbsent(part, p -> new ArrayList<>()).add(new WeakReference<>(Host.loader(host.bundle(part))));
        host.swap(part);
    }

    private void change() throws Exception {
        steps.merge("changed", 1, Integer::sum);
        switch (random.nextInt(5)) {
            case 0 ->
                limits(Map.of(
                        "heartbeatInterval",
                        700 + random.nextInt(INTERVAL - 700),
                        "requestsPerSecondControl",
                        250 + random.nextInt(100)));
            case 1 -> configure("endpoint", "malformedPerMinute", 10 + random.nextInt(10));
            case 2 -> configure("broadcast", "writers", random.nextInt(4));
            case 3 -> configure("camera", "leaseMillis", 2000 + random.nextInt(3000));
            default -> configure("transport", "messageBytes", 60_000 + random.nextInt(5536));
        }
    }

    private void limits(Map<String, Object> others) throws IOException {
        Hashtable<String, Object> all = new Hashtable<>(Map.of(
                "heartbeatInterval",
                INTERVAL,
                "heartbeatTimeout",
                TIMEOUT,
                "resumeWindow",
                WINDOW,
                "helloTimeout",
                2000,
                "requestsPerSecondControl",
                300,
                "rememberedDisplays",
                100));
        all.putAll(others);
        admin.getConfiguration(Host.PREFIX + "connections", "?").update(all);
    }

    private void configure(String part, Object... pairs) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        admin.getConfiguration(Host.PREFIX + part, "?").update(properties);
    }

    /** Takes what the displays have found, and the threads as they are now. */
    private void look() throws IOException {
        List<String> late = crowd.lines("suspicions");
        late.forEach(suspicion -> System.out.println("chaos: late: " + suspicion));
        List<String> flaws = crowd.lines("flaws");
        flaws.forEach(flaw -> System.out.println("chaos: flaw: " + flaw));
        faults.addAll(flaws);
        if (!(late.isEmpty() && flaws.isEmpty()) && dumps < MOST_DUMPS) {
            dumpThreads(Stream.concat(late.stream(), flaws.stream()).toList());
        }
    }

    private void dumpThreads(List<String> reasons) throws IOException {
        Path file = Path.of(System.getProperty("itest.output"), "chaos-threads-" + ++dumps + ".txt");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            reasons.forEach(out::println);
            Thread.getAllStackTraces().forEach((thread, frames) -> {
                out.println("\n" + thread + " " + thread.getState());
                Arrays.stream(frames).forEach(frame -> out.println("    " + frame));
            });
        }
        System.out.println("chaos: threads in " + file.getFileName());
    }

    private long number(String name) throws IOException {
        return Long.parseLong(crowd.report().get(name));
    }

    // ---- measuring

    /** Both rings turn over once, so that they are as full at the beginning as at the end. */
    private void fillJournal() throws Exception {
        Journal journal = host.service(Journal.class);
        CameraBridge bridge = host.service(CameraBridge.class);
        Driver driver = new Driver("filler", Optional.empty(), 0);
        long from = journal.head();
        for (int i = 0; journal.holdsAll(from) || journal.holds(from, List.of()); i++) {
            bridge.update(driver, new CameraUpdate("filler", new View2d(i, 0, 1, 0)));
            bridge.release(driver, "filler");
            long head = journal.head();
            if (i % 200 == 0) {
                Host.await(60, "the displays to keep up", () -> number("lowest") > head - 1000);
            }
        }
        bridge.remove("filler");
    }

    /** Bytes in use after garbage was collected. */
    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static Map<String, Long> allThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[0-9a-f]*[0-9][0-9a-f]*", "#"))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    private static Map<String, String> difference(Map<String, Long> before, Map<String, Long> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .filter(name -> !before.getOrDefault(name, 0L).equals(after.getOrDefault(name, 0L)))
                .collect(Collectors.toMap(
                        name -> name, name -> before.getOrDefault(name, 0L) + "->" + after.getOrDefault(name, 0L)));
    }

    /** Bytes of each file in the data folder, and in the data areas of our bundles. */
    private Map<String, Long> files() throws IOException {
        Map<String, Long> files = new TreeMap<>();
        files("", host.data(""), files);
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName().startsWith(Host.PREFIX) && bundle.getBundleContext() != null) {
                files(
                        bundle.getSymbolicName().substring(Host.PREFIX.length()) + "/",
                        bundle.getBundleContext().getDataFile("").toPath(),
                        files);
            }
        }
        return files;
    }

    private static void files(String prefix, Path folder, Map<String, Long> files) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(prefix + folder.relativize(file), file.toFile().length());
            }
        }
    }

    private static long bytes(Map<String, Long> files) {
        return files.values().stream().mapToLong(n -> n).sum();
    }

    // ---- what has to be true

    private void check(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            faults.add(what + ": " + actual + " instead of " + expected);
            System.out.println("chaos: " + faults.get(faults.size() - 1));
        }
    }

    private interface Difference {
        Map<String, ?> get() throws Exception;
    }

    /** Waits until nothing differs. */
    private void awaitTrue(int limit, String what, Difference difference) throws Exception {
        try {
            Host.await(limit, what, () -> difference.get().isEmpty());
        } catch (AssertionError e) {
            check(what + ", within " + limit + " s", Map.of(), difference.get());
        }
    }

    private void awaitTables() throws Exception {
        awaitTrue((TIMEOUT + INTERVAL + WINDOW + CLOSING + MARGIN) / 1000, "exact tables", () -> tables(well));
    }

    private static String states() {
        try {
            return Host.socketStates().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is not as it has to be with so many well-behaved displays and nobody else. */
    private Map<String, String> tables(int displays) throws Exception {
        Map<String, String> wrong = new TreeMap<>();
        ConnectionManager manager = host.service(ConnectionManager.class);
        Journal journal = host.service(Journal.class);
        Transport transport = host.service(Transport.class);
        List<Session> sessions = manager.sessions();
        TreeSet<String> strangers = sessions.stream()
                .map(Session::display)
                .filter(name -> !name.startsWith("every-") && !name.startsWith("latest-"))
                .collect(Collectors.toCollection(TreeSet::new));
        wrong.put("sessions of others", strangers.toString().replace("[]", ""));
        expect(wrong, "sessions", displays, sessions.size());
        expect(
                wrong,
                "sessions without a socket",
                0L,
                sessions.stream().filter(session -> !session.connected()).count());
        Statistics statistics = manager.statistics();
        expect(wrong, "connections", displays, statistics.connections());
        expect(wrong, "connected", displays, statistics.connected());
        expect(wrong, "waiting", 0, statistics.waiting());
        expect(
                wrong,
                "links",
                sessions.stream()
                        .flatMapToLong(session -> session.link().stream())
                        .boxed()
                        .collect(Collectors.toCollection(TreeSet::new)),
                transport.links().stream().map(link -> link.id()).collect(Collectors.toCollection(TreeSet::new)));
        expect(wrong, "sockets", (long) displays, Host.sockets());
        wrong.computeIfPresent("sockets", (name, text) -> text + " in states " + states());
        Snapshot snapshot = journal.snapshot();
        expect(
                wrong,
                "displays in the journal",
                sessions.stream().map(Session::id).collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(snapshot.displays().keySet()));
        TreeSet<String> holders = new TreeSet<>();
        snapshot.control().forEach((camera, entry) -> {
            String holder =
                    ((Change.ControlChanged) entry.change()).state().holder().orElse("nobody");
            if (!holder.equals("itest")) {
                holders.add(camera + " by " + holder);
            }
        });
        wrong.put("held", holders.toString().replace("[]", ""));
        wrong.values().removeIf(String::isEmpty);
        return wrong;
    }

    private static void expect(Map<String, String> wrong, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            wrong.put(what, actual + " instead of " + expected);
        }
    }

    /**
     * The source has stopped: each display has each accepted update and the newest of everything, and the accounts
     * agree.
     */
    private void everybodyKnowsEverything(TwoCameras source) throws Exception {
        source.halt();
        Journal journal = host.service(Journal.class);
        Host.await(60, "the last entry at every well-behaved display", () -> number("lowest") == journal.head());
        // the lease of the source's cameras may be over in between
        awaitTrue(60, "what the displays know", () -> {
            Map<String, String> wrong = new TreeMap<>();
            expect(wrong, "states", List.of(state(journal.snapshot())), crowd.lines("states"));
            return wrong;
        });

        Map<String, String> report = crowd.report();
        System.out.println("chaos: " + report);
        System.out.println("chaos: accepted " + source.accepted + " updates, refused " + source.refused);
        check("updates at those that take each", "[" + source.accepted + "]", report.get("updates"));
        check("digest of the updates at those that take each", "[" + source.digest + "]", report.get("digests"));

        awaitTrue(60, "accounts", () -> {
            Map<String, String> wrong = new TreeMap<>();
            expect(
                    wrong,
                    "accounts",
                    accounts(),
                    new TreeSet<>(List.of(crowd.ask("accounts").split(" "))));
            return wrong;
        });
    }

    /** What a display has to know: cameras with the number of their newest view, held cameras, and sessions. */
    private static String state(Snapshot snapshot) {
        TreeMap<String, Long> views = new TreeMap<>();
        snapshot.cameras().forEach((camera, entry) -> views.put(camera, entry.seq()));
        return (views + "" + new TreeSet<>(snapshot.control().keySet())
                        + new TreeSet<>(snapshot.displays().keySet()))
                .replace(" ", "");
    }

    /** The account of each display as the server has it: due, and delivered. */
    private TreeSet<String> accounts() throws Exception {
        return host.service(ConnectionManager.class).sessions().stream()
                .map(session -> session.display() + ":"
                        + (session.delivered() + session.superseded() + session.refused()) + ":" + session.delivered())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void limitsCountNobodyWhoIsGone() throws Exception {
        for (String limit : List.of("maxConnectionsPerAddress", "maxConnectionsPerKey")) {
            int there = host.service(ConnectionManager.class).statistics().connections();
            // who says no hello stays for as long as that takes
            limits(Map.of(limit, there, "helloTimeout", 60_000));
            Host.await(60, limit + " in force", () -> Host.status() == 503);
            check("one more than " + limit + " allows", false, admitted(there));
            crowd.ask("leave 1");
            awaitTrue(60, "the tables after one left", () -> tables(there - 1));
            check("one in place of the one that left, with " + limit, true, admitted(there));
            awaitTrue(60, "the tables after that one left", () -> tables(there - 1));
        }
        limits(Map.of());
        crowd.ask("leave " + well);
        awaitTrue(60, "empty tables", () -> tables(0));
        look();
        assertEquals("faults, seed " + seed + ":\n" + String.join("\n", faults) + "\n", 0, faults.size());
    }

    /**
     * Whether a connection is taken; it goes again. @param most if so many are there then, the next one must not be
     * taken
     */
    private boolean admitted(int most) throws Exception {
        try (RawDisplay one = new RawDisplay(Host.port(), 0, null)) {
            ConnectionManager manager = host.service(ConnectionManager.class);
            Host.await(
                    60,
                    "the connection in the table",
                    () -> manager.statistics().connections() >= most);
            check("another one", 503, Host.status());
            return true;
        } catch (IOException refused) {
            check(
                    "the answer to one too many",
                    "handshake refused: HTTP/1.1 503 Service Unavailable",
                    refused.getMessage());
            return false;
        }
    }
}
