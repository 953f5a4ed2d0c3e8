package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.inject.Inject;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.View;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** A wall of the journal reaches its members in both encodings, whatever is replaced between them. */
@RunWith(PaxExam.class)
public class WallsOnTheWireIT {
    private static final String WALL = "itest-wall";
    private static final List<String> MEMBERS = List.of("itest-left", "itest-right");

    @Inject
    private BundleContext context;

    private Host host;
    private ServiceRegistration<Walls> keeper;
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Long> appended = new ArrayList<>();

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    /** Keeps the walls in place of whoever else does. */
    private final class Keeper implements Walls {
        @Override
        public Optional<String> wallOf(String display) {
            return MEMBERS.contains(display) ? Optional.of(WALL) : Optional.empty();
        }

        @Override
        public int report(String display, MemberReport report) {
            reports.add(display + " " + report.wall() + " " + report.ageP99());
            return REPORT_MILLIS;
        }

        @Override
        public List<WallFigures> walls() {
            return List.of();
        }

        @Override
        public Optional<WallFigures> wall(String name) {
            return Optional.empty();
        }

        @Override
        public boolean show(String wall, Optional<Picture> picture) {
            return false;
        }
    }

    /** A member that keeps all it gets. One thread reads; whoever tests sends. */
    private static final class Member implements AutoCloseable {
        private final String name;
        private final ObjectMapper mapper;
        private final int opcode;
        private final RawDisplay socket;
        private final Thread reader;
        private final List<JsonNode> got = new CopyOnWriteArrayList<>();

        Member(String name, boolean cbor) throws IOException {
            this.name = name;
            mapper = cbor ? new ObjectMapper(new CBORFactory()) : new ObjectMapper();
            opcode = cbor ? RawDisplay.BINARY : RawDisplay.TEXT;
            socket = new RawDisplay(Host.port(), 0, cbor ? "compositor.v1.cbor" : "compositor.v1.json");
            reader = new Thread(this::read, "itest-" + name);
            reader.setDaemon(true);
            reader.start();
            send(Map.of("type", "hello", "display", name));
            send(Map.of("type", "subscribe", "walls", List.of(WALL)));
        }

        void send(Map<String, Object> message) throws IOException {
            socket.send(opcode, mapper.writeValueAsBytes(message));
        }

        private void read() {
            try {
                for (; ; ) {
                    RawDisplay.Frame frame = socket.next();
                    if (frame.opcode() == RawDisplay.PING) {
                        socket.send(RawDisplay.PONG, frame.payload());
                    } else if (frame.opcode() == opcode) {
                        got.add(mapper.readTree(frame.payload()));
                    } else if (frame.opcode() == RawDisplay.CLOSE) {
                        got.add(closed("closed with " + frame.closeCode()));
                        return;
                    }
                }
            } catch (IOException e) {
                got.add(closed(e.toString()));
            }
        }

        private static ObjectNode closed(String why) {
            return JsonNodeFactory.instance.objectNode().put("type", "closed").put("why", why);
        }

        List<JsonNode> of(String type) {
            return got.stream()
                    .filter(message -> message.required("type").asText().equals(type))
                    .toList();
        }

        /** The numbers of all states of the wall since the last snapshot. */
        List<Long> seqs() {
            List<Long> seqs = new ArrayList<>();
            for (JsonNode message : got) {
                switch (message.required("type").asText()) {
                    case "snapshot" -> seqs.clear();
                    case "wall", "wall-removed" ->
                        seqs.add(message.required("seq").asLong());
                    default -> {}
                }
            }
            return seqs;
        }

        @Override
        public String toString() {
            return name + " got " + got;
        }

        @Override
        public void close() throws Exception {
            socket.close();
            reader.join(5_000);
        }
    }

    @Before
    public void connect() throws Exception {
        host = new Host(context);
        host.awaitReady();
        // it would remove a wall that nobody declares
        host.bundle("wall").stop();
        keeper = context.registerService(
                Walls.class, new Keeper(), new Hashtable<>(Map.of(Constants.SERVICE_RANKING, Integer.MAX_VALUE)));
        append(100_000);
        appended.clear();
        for (int i = 0; i < MEMBERS.size(); i++) {
            members.add(new Member(MEMBERS.get(i), i % 2 == 1));
        }
        Host.await(
                60,
                "the wall at its members: " + members,
                () -> members.stream().allMatch(member -> member.of("snapshot").size() == 1));
    }

    @After
    public void disconnect() throws Exception {
        for (Member member : members) {
            member.close();
        }
        keeper.unregister();
        host.bundle("wall").start();
    }

    private void append(long delay) throws Exception {
        List<WallMember> screens = new ArrayList<>();
        for (String display : MEMBERS) {
            screens.add(new WallMember(display, 1250.0 * screens.size(), 0, 1210, 680, 0, 12.5, Optional.empty()));
        }
        append(new Change.WallChanged(new Wall(
                WALL,
                Optional.of("Lobby"),
                Optional.of("tour"),
                2460,
                680,
                Unit.MM,
                Fit.SAME_SCALE,
                View.CAMERA,
                Optional.empty(),
                screens,
                List.of(DelayChange.at(1_000_000, delay)),
                Optional.empty())));
    }

    private void append(Change change) throws Exception {
        Verdict verdict = host.service(Journal.class).append(change, Fence.NONE).now(null);
        appended.add(((Verdict.Counted) verdict).seq());
    }

    private void awaitAppended(String when) throws Exception {
        Host.await(
                60,
                "each state " + appended + " once at each member " + when + ": " + members,
                () -> members.stream().allMatch(member -> member.seqs().equals(appended)));
    }

    @Test
    public void wallsReachTheirMembersWhateverIsReplaced() throws Exception {
        for (Member member : members) {
            assertEquals(WALL, member.of("welcome").get(0).path("wall").asText());
            JsonNode wall = member.of("snapshot").get(0).required("walls").required(0);
            assertEquals("same-scale", wall.required("fit").asText());
            assertEquals(
                    12.5, wall.required("members").required(1).required("delay").asDouble(), 0);
            assertEquals(
                    100_000, wall.required("delay").required(0).required("to").asLong());
        }
        append(new Change.WallRemoved("another"));
        appended.clear();
        append(90_000);
        awaitAppended("at first");
        for (String part : List.of("endpoint", "broadcast", "connections", "protocol")) {
            append(80_000);
            host.swap(part);
            append(70_000);
            awaitAppended("after " + part);
        }
        append(new Change.WallRemoved(WALL));
        awaitAppended("in the end");
        for (Member member : members) {
            assertEquals("one snapshot of " + member, 1, member.of("snapshot").size());
            assertTrue(member.toString(), member.of("closed").isEmpty());
        }

        String before = host.service(Journal.class).epoch();
        host.swap("journal");
        Host.await(
                60,
                "another epoch",
                () -> !before.equals(host.service(Journal.class).epoch()));
        Host.await(
                60,
                "another snapshot: " + members,
                () -> members.stream().allMatch(member -> member.of("snapshot").size() == 2));
        appended.clear();
        append(60_000);
        awaitAppended("in the new epoch");
    }

    @Test
    public void reportsAndAssignmentsFindTheirWay() throws Exception {
        for (Member member : members) {
            member.send(Map.of(
                    "type",
                    "ping",
                    "t0",
                    1,
                    "report",
                    Map.of(
                            "wall",
                            WALL,
                            "clock",
                            300,
                            "age",
                            Map.of("p50", 3_100, "p99", 6_400),
                            "interval",
                            16_667,
                            "frames",
                            60,
                            "late",
                            0,
                            "at",
                            2_000_000,
                            "shown",
                            1_900_000)));
        }
        Host.await(60, "a report of each member: " + reports, () -> reports.size() == MEMBERS.size());
        Host.await(
                60,
                "a pong for each member",
                () -> members.stream().noneMatch(member -> member.of("pong").isEmpty()));
        for (String display : MEMBERS) {
            assertTrue(reports.toString(), reports.contains(display + " " + WALL + " 6400"));
        }
        ConnectionManager connections = host.service(ConnectionManager.class);
        for (Member member : members) {
            assertTrue(connections.assigned(member.name, Optional.of("other")));
            Host.await(
                    60,
                    "assigned: " + member,
                    () -> member.of("assigned").stream()
                            .anyMatch(message -> message.path("wall").asText().equals("other")));
        }
        Member left = members.get(0);
        left.send(Map.of("type", "ping", "id", "bad", "t0", 1, "report", Map.of("wall", "a/b")));
        Host.await(
                60,
                "an error: " + left,
                () -> left.of("error").stream()
                        .anyMatch(message -> message.path("field").asText().equals("report.wall")
                                || message.path("field").asText().equals("report.clock")));
    }
}
