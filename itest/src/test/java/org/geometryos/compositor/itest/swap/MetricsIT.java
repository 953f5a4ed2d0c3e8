package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.management.ObjectName;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawHttp;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The metrics of a host under load, while parts of it are replaced, and what is written about them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MetricsIT {
    private static final int LIMIT = 60;
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_0-9]+)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|([^|]*)\\|");
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern NAME = Pattern.compile("\\b(?:compositor|jvm|process)_[a-z0-9_]+");

    private static final String DELIVERED = "compositor_deliveries_total{outcome=\"delivered\"}";
    private static final String UPDATES = "compositor_camera_updates_total{camera=\"a\"}";
    private static final String RETURNS = "compositor_bundle_returns_total{bundle=\"" + Host.PREFIX + "%s\"}";

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    private static String scrape() throws Exception {
        return Host.await(LIMIT, "200 from /metrics", () -> {
            RawHttp.Answer answer = RawHttp.get("/metrics");
            return answer.status() == 200 ? answer.text() : null;
        });
    }

    /** By name and labels, as they are written. */
    private static Map<String, Double> values() throws Exception {
        Map<String, Double> values = new TreeMap<>();
        SERIES.matcher(scrape())
                .results()
                .forEach(line -> values.put(
                        line.group(1) + (line.group(2) == null ? "" : "{" + line.group(2) + "}"),
                        Double.parseDouble(line.group(3).replace("+Inf", "Infinity"))));
        return values;
    }

    private static double await(String series, double more) throws Exception {
        return Host.await(LIMIT, series + " above " + more, () -> {
            double now = values().getOrDefault(series, 0.0);
            return now > more ? now : null;
        });
    }

    private static double sessions() throws Exception {
        return values().entrySet().stream()
                .filter(each -> each.getKey().startsWith("compositor_sessions{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static Set<ObjectName> beans() throws Exception {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("org.geometryos.compositor:*"), null);
    }

    @Test
    public void countersGoOnWhenPartsAreReplacedUnderLoadAndNothingIsLeft() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        Map<String, List<WeakReference<ClassLoader>>> loaders = new TreeMap<>();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(5, 5)) {
            Host.await(LIMIT, "ten sessions", () -> sessions() == 10);
            double delivered = await(DELIVERED, 100);
            assertTrue(await("compositor_update_age_seconds_count", 100) > 100);
            assertTrue(await("compositor_sent_bytes_total", 1_000) > 1_000);
            Host.await(LIMIT, "a round trip", () -> values().get("compositor_round_trip_median_seconds") > 0);

            double updates = await(UPDATES, 0);
            loaders.put("broadcast", List.of(new WeakReference<>(Host.loader(host.bundle("broadcast")))));
            host.swap("broadcast");
            // the new one counts from 0
            assertTrue(await(DELIVERED, 0) > 0);
            await(DELIVERED, delivered);
            assertTrue("camera counts on", await(UPDATES, updates) > updates);
            assertEquals(1, await(String.format(RETURNS, "broadcast"), 0), 0);
            assertTrue(
                    values().get("compositor_bundle_last_away_seconds{bundle=\"" + Host.PREFIX + "broadcast\"}") > 0);
            assertEquals(10, sessions(), 0);

            double before = await(DELIVERED, delivered);
            loaders.put("metrics", new ArrayList<>());
            for (int i = 0; i < 5; i++) {
                loaders.get("metrics").add(new WeakReference<>(Host.loader(host.bundle("metrics"))));
                host.swap("metrics");
                assertTrue("broadcast counts on", await(DELIVERED, before) > before);
                assertEquals(1, beans().size());
            }
            assertFalse(values().containsKey(String.format(RETURNS, "broadcast")));

            host.bundle("metrics").stop();
            assertEquals(Set.of(), beans());
            assertEquals(503, RawHttp.get("/metrics").status());
            host.bundle("metrics").start();
            await(DELIVERED, before);
            Map<String, String> report = crowd.report();
            assertEquals(report.toString(), "10", report.get("connected"));
        }
        assertEquals("class loaders still reachable, by part", Map.of(), Host.leftOver(loaders));
    }

    @Test
    public void theMBeanSaysTheSame() throws Exception {
        new Host(context).awaitReady();
        Map<String, Double> values = values();
        ObjectName bean = beans().iterator().next();
        for (String name : List.of("compositor_cameras_limit", "jvm_memory_max_bytes{area=\"heap\"}")) {
            assertEquals(
                    values.get(name), ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name));
        }
    }

    @Test
    public void aBundleOfSomebodyElseAddsMetrics() throws Exception {
        new Host(context).awaitReady();
        Meter meter = readings -> readings.counter("stranger_events_total", "Events.", 3, "kind", "a\"b");
        ServiceRegistration<Meter> service = context.registerService(Meter.class, meter, null);
        assertTrue(scrape().contains("\nstranger_events_total{kind=\"a\\\"b\"} 3\n"));
        service.unregister();
        assertFalse(scrape().contains("stranger_events_total"));
    }

    /** A source that counts something of its own. */
    private static final class Counting implements CameraSource {
        @Override
        public void connected(CameraSink sink) {
            // it drives nothing
        }

        @Override
        public void disconnected(CameraSink sink) {
            // it drives nothing
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of("packets", 1L);
        }
    }

    @Test
    public void theTableAndTheDashboardNameWhatThereIs() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        ServiceRegistration<CameraSource> counting = context.registerService(
                CameraSource.class, new Counting(), new Hashtable<>(Map.of(CameraSource.ID, "counting")));
        org.osgi.service.cm.Configuration wall =
                host.service(ConfigurationAdmin.class).getFactoryConfiguration(Host.PREFIX + "wall", "measured", "?");
        wall.update(
                new Hashtable<>(Map.of("width", "2", "height", "1", "members", "none-there x=0 y=0 width=1 height=1")));
        org.osgi.service.cm.Configuration broker =
                host.service(ConfigurationAdmin.class).getFactoryConfiguration(Host.PREFIX + "mqtt", "measured", "?");
        broker.update(new Hashtable<>(Map.of("url", "mqtt://127.0.0.1:1", "events", "control")));
        org.osgi.service.cm.Configuration target = host.service(ConfigurationAdmin.class)
                .getFactoryConfiguration(Host.PREFIX + "tracking.out.freed", "measured", "?");
        target.update(new Hashtable<>(Map.of("camera", "none-there", "address", "127.0.0.1", "port", "9")));
        String text;
        try (Host.Crowd crowd = Host.crowd(1, 0)) {
            host.bundle("shell").stop();
            host.bundle("shell").start();
            text = Host.await(LIMIT, "all kinds of figures", () -> {
                String now = scrape();
                return now.contains("compositor_sessions{")
                                && now.contains("compositor_bundle_returns_total{")
                                && now.contains("compositor_source_events_total{")
                                && now.contains("compositor_wall_member_age_seconds{")
                                && now.contains("compositor_mqtt_connected{")
                                && now.contains("compositor_tracking_out_packets_total{")
                        ? now
                        : null;
            });
        } finally {
            counting.unregister();
            wall.delete();
            broker.delete();
            target.delete();
        }
        Path docs = Path.of(System.getProperty("itest.classes"))
                .resolve("../../../docs")
                .normalize();
        Map<String, String> described = ROW.matcher(Files.readString(docs.resolve("metrics.md")))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(2) + " " + names(row.group(3)),
                        (a, b) -> a + b,
                        TreeMap::new));
        Map<String, String> there = TYPE.matcher(text)
                .results()
                .collect(Collectors.toMap(
                        type -> type.group(1),
                        type -> type.group(2) + " " + labels(text, type),
                        (a, b) -> a + b,
                        TreeMap::new));
        assertEquals(lines(there), lines(described));

        Set<String> unknown = new TreeSet<>();
        Matcher expression = EXPRESSION.matcher(Files.readString(docs.resolve("examples/grafana/compositor.json")));
        int expressions = 0;
        while (expression.find()) {
            expressions++;
            NAME.matcher(expression.group(1))
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> !text.contains("\n" + name + " ") && !text.contains("\n" + name + "{"))
                    .forEach(unknown::add);
        }
        assertTrue("expressions of the dashboard: " + expressions, expressions > 30);
        assertEquals("the dashboard asks for what nobody tells", Set.of(), unknown);
    }

    private static String names(String cell) {
        return new TreeSet<>(List.of(cell.replaceAll("[`\\s]", "").split(","))).toString();
    }

    private static String labels(String text, MatchResult type) {
        String series = "(?m)^" + type.group(1) + (type.group(2).equals("histogram") ? "_count" : "") + "(\\{.*\\})? ";
        Matcher one = Pattern.compile(series).matcher(text);
        Set<String> labels = new TreeSet<>();
        if (one.find() && one.group(1) != null) {
            LABEL.matcher(one.group(1)).results().forEach(label -> labels.add(label.group(1)));
        }
        return labels.isEmpty() ? "[]" : labels.toString();
    }

    private static String lines(Map<String, String> map) {
        return map.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining("\n"));
    }
}
