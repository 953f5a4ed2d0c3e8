package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.View;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.jupiter.api.Test;

/** What the meters of this bundle make of the services of others. */
class MetersTest {
    private static String text(Meter meter) {
        Scrape scrape = new Scrape();
        meter.read(scrape);
        return TextFormat.PROMETHEUS.write(scrape);
    }

    /** A service that answers these calls, and no others. */
    private static <T> T service(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName());
                    }
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static Session session(String id, Role role, String codec, boolean connected, long roundTrip) {
        return new Session(
                id,
                "display",
                "user",
                "secret-key-name",
                role,
                codec,
                false,
                DisplaySettings.EMPTY,
                Subscription.NONE,
                connected ? OptionalLong.of(1) : OptionalLong.empty(),
                "192.0.2.1",
                0,
                connected ? OptionalLong.of(roundTrip) : OptionalLong.empty(),
                0,
                0,
                0,
                0,
                0);
    }

    @Test
    void connectionsCountByRoleAndCodecAndNeverBySession() {
        ConnectionManager connections = service(
                ConnectionManager.class,
                Map.of(
                        "statistics",
                        new Statistics(
                                4,
                                3,
                                1,
                                0,
                                true,
                                Map.of(401, 2L),
                                Map.of(1000, 5L, 4409, 1L, 3999, 2L, 4001, 3L),
                                Map.of(1000, 4L, 3999, 2L, 4001, 3L)),
                        "sessions",
                        List.of(
                                session("s1", Role.VIEW, "compositor.v1.json", true, 1_000_000),
                                session("s2", Role.VIEW, "compositor.v1.json", true, 3_000_000),
                                session("s3", Role.ADMIN, "compositor.v1.cbor", true, 2_000_000),
                                session("s4", Role.VIEW, "", false, 0))));
        String text = text(new ConnectionsMeter(connections, service(Transport.class, Map.of("bytesSent", 77L))));
        assertThat(text.lines())
                .contains(
                        "compositor_sent_bytes_total 77",
                        "compositor_connections 4",
                        "compositor_draining 1",
                        "compositor_sessions{codec=\"compositor.v1.json\",role=\"view\"} 2",
                        "compositor_sessions{codec=\"compositor.v1.cbor\",role=\"admin\"} 1",
                        "compositor_sessions_waiting 1",
                        "compositor_round_trip_median_seconds 0.002",
                        "compositor_round_trip_p99_seconds 0.003",
                        "compositor_round_trip_max_seconds 0.003",
                        "compositor_handshakes_refused_total{status=\"401\"} 2",
                        "compositor_handshakes_refused_total{status=\"503\"} 0",
                        "compositor_connections_closed_total{by=\"client\",code=\"1000\"} 4",
                        "compositor_connections_closed_total{by=\"host\",code=\"1000\"} 1",
                        "compositor_connections_closed_total{by=\"host\",code=\"4409\"} 1",
                        "compositor_connections_closed_total{by=\"client\",code=\"other\"} 5");
        assertThat(text).doesNotContain("s1", "secret", "192.0.2.1", "3999", "4001");
    }

    @Test
    void sourcesTellRateFaultsAndHealth() {
        SourceState tracker = new SourceState(
                "tracker",
                5,
                SourceHealth.stale("no packets"),
                10,
                3,
                2,
                1,
                OptionalLong.of(1_500_000),
                List.of("a", "b"),
                Map.of("malformed", 4L));
        SourceState next =
                new SourceState("tracker", 5, SourceHealth.OK, 7, 0, 0, 0, OptionalLong.empty(), List.of(), Map.of());
        FakeJournal journal = new FakeJournal("first");
        journal.view("a", 1);
        CameraBridge bridge = service(CameraBridge.class, Map.of("sources", List.of(tracker, next), "maxCameras", 256));
        assertThat(text(new CamerasMeter(bridge, journal, () -> 2_000_000)).lines())
                .contains(
                        "compositor_journal_entries_total 1",
                        "compositor_cameras 1",
                        "compositor_cameras_held 0",
                        "compositor_cameras_limit 256",
                        "compositor_source_updates_total{source=\"tracker\"} 17",
                        "compositor_source_updates_refused_total{source=\"tracker\"} 3",
                        "compositor_source_updates_limited_total{source=\"tracker\"} 2",
                        "compositor_source_updates_ahead_total{source=\"tracker\"} 1",
                        "compositor_source_events_total{event=\"malformed\",source=\"tracker\"} 4",
                        "compositor_source_health{source=\"tracker\",status=\"stale\"} 1",
                        "compositor_source_health{source=\"tracker\",status=\"ok\"} 0",
                        "compositor_source_cameras{source=\"tracker\"} 2",
                        "compositor_source_last_update_seconds{source=\"tracker\"} 0.5");
    }

    @Test
    void theRecorderTellsWhatItMissed() {
        RecorderStatus status =
                new RecorderStatus(true, "f", Optional.empty(), 1, 2, 3, 4, 5, Optional.of("the disk is full"));
        assertThat(text(new RecorderMeter(service(Recorder.class, Map.of("status", status))))
                        .lines())
                .contains(
                        "compositor_recorder_enabled 1",
                        "compositor_recorder_failing 1",
                        "compositor_recorder_behind 2",
                        "compositor_recorder_written_total 3",
                        "compositor_recorder_missed_total 4",
                        "compositor_recorder_bytes 5");
    }

    @Test
    void healthAndBudgetsAreNumbers() {
        Health transport = new Health(
                "transport",
                List.of(new Health.Problem(Health.Level.DOWN, "it is gone")),
                List.of(new Health.Budget("unsent output", 3, 9, "bytes")));
        Health journal = new Health("journal", List.of(), List.of());
        assertThat(text(new HealthMeter(() -> List.of(journal, transport))).lines())
                .contains(
                        "compositor_health{part=\"journal\"} 0",
                        "compositor_health{part=\"transport\"} 2",
                        "compositor_budget_used{budget=\"unsent output\",part=\"transport\",unit=\"bytes\"} 3",
                        "compositor_budget_limit{budget=\"unsent output\",part=\"transport\",unit=\"bytes\"} 9");
    }

    @Test
    void theProcessTellsOfItself() {
        String text = text(new JvmMeter("1.2.3"));
        assertThat(text.lines()).contains("compositor_info{version=\"1.2.3\"} 1");
        assertThat(text)
                .containsPattern("\njvm_memory_used_bytes\\{area=\"heap\"\\} [1-9]\\d+\n")
                .containsPattern("\njvm_gc_collections_total\\{collector=\"[^\"]+\"\\} \\d+\n")
                .containsPattern("\njvm_threads [1-9]\\d*\n")
                .containsPattern("\nprocess_cpu_seconds_total [0-9.E-]+\n")
                .containsPattern("\nprocess_open_fds [1-9]\\d*\n");
    }

    @Test
    void withoutItsServiceAMeterTellsNothing() {
        assertThat(text(new ConnectionsMeter(null, null))).isEmpty();
        assertThat(text(new CamerasMeter(null, null))).isEmpty();
        assertThat(text(new RecorderMeter(null))).isEmpty();
        assertThat(text(new WallsMeter(null))).isEmpty();
    }

    @Test
    void wallsTellTheirFiguresAndThoseOfTheirMembers() {
        WallMember left = new WallMember("left", 0, 0, 1, 1, 0, 0, Optional.empty());
        WallFigures figures = new WallFigures(
                new Wall(
                        "hall",
                        Optional.empty(),
                        Optional.empty(),
                        2,
                        1,
                        Unit.MM,
                        Fit.CONTAIN,
                        View.CAMERA,
                        Optional.empty(),
                        List.of(left),
                        List.of(),
                        Optional.empty()),
                Optional.empty(),
                true,
                OptionalDouble.of(80_000),
                false,
                OptionalDouble.empty(),
                0.25,
                Optional.of("left"),
                true,
                List.of(new MemberFigures(
                        "left",
                        true,
                        Optional.of(new MemberReport("hall", 300, 4_000, 9_000, 16_667, 60, 15, 1, 1)),
                        OptionalDouble.of(0.5),
                        0.25,
                        OptionalDouble.of(30_000),
                        OptionalDouble.of(-1_500),
                        true,
                        Optional.empty())));

        assertThat(text(new WallsMeter(service(Walls.class, Map.of("ignoredReports", 7L, "walls", List.of(figures))))))
                .contains(
                        "compositor_wall_reports_ignored_total 7",
                        "compositor_wall_delay_seconds{wall=\"hall\"} 0.08",
                        "compositor_wall_skew_seconds{wall=\"hall\"} NaN",
                        "compositor_wall_alarm{wall=\"hall\"} 1",
                        "compositor_wall_late_ratio{wall=\"hall\"} 0.25",
                        "compositor_wall_members_counted{wall=\"hall\"} 1",
                        "compositor_wall_member_age_seconds{display=\"left\",wall=\"hall\"} 0.009",
                        "compositor_wall_member_apart_seconds{display=\"left\",wall=\"hall\"} -0.0015");
    }
}
