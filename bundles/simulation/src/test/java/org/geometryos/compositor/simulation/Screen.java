package org.geometryos.compositor.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.endpoint.SimulatedEndpoint;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.transport.api.Handshake;

/** A display: it connects, asks, reads, stands still, goes and comes back as it likes, and checks all it gets. */
final class Screen {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Set<Integer> FINAL = Set.of(1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409);
    /** An answer to hello takes so long at most, where nothing is in the way. */
    private static final long HELLO = 8 * SECOND;

    final String name;
    private final World world;
    private final Timeline time;
    private final SplittableRandom random;
    private final String role;
    private final boolean text;
    final Ledger ledger;
    private final long pace;

    private SimLink link;
    private boolean greeted;
    private String token = "";
    private boolean resumable;
    private boolean once;
    private long resumeSeq;
    private boolean unanswered;
    private long stalledUntil = Timeline.START;
    private long readsSince;
    private long connectedAt;
    private long lastBeat;
    private int ids;
    private int subscribeId = -1;
    private long askedSince;
    private int askedId = -1;
    private boolean driving;
    private boolean quiet;
    private long connects;

    Screen(World world, int number, SplittableRandom random) {
        this.world = world;
        this.time = world.time;
        this.random = random;
        this.name = "display-" + number;
        this.role = List.of("view", "control", "control", "admin").get(random.nextInt(4));
        this.text = random.nextInt(5) > 0;
        this.ledger = new Ledger(world.truth, world.scenario.lossy());
        this.pace = (10 + random.nextInt(80)) * MILLI;
    }

    void start() {
        time.after(random.nextLong(SECOND), this::connect);
        time.after(random.nextLong(pace) + MILLI, this::read);
        time.after(random.nextLong(2 * SECOND), this::act);
        time.after(SECOND + random.nextLong(SECOND), this::check);
    }

    /** No more whims: it reads, and comes back if it has to. */
    void rest() {
        quiet = true;
        stalledUntil = time.getAsLong();
    }

    boolean connected() {
        return link != null && greeted;
    }

    private void note(Object what) {
        world.history.note(name, what);
    }

    // ---- a socket

    private void connect() {
        if (link != null) {
            return;
        }
        String protocol = text ? "compositor.v1.json" : "compositor.v1.cbor";
        Handshake handshake = new Handshake(
                true,
                "/compositor",
                Map.of(
                        "authorization",
                        List.of("Bearer " + SimulatedEndpoint.KEYS.get(role)),
                        "sec-websocket-protocol",
                        List.of(protocol)),
                "10.0.0." + random.nextInt(20),
                50_000,
                true);
        long number = ++connects;
        SimLink made = world.transport.connect(
                handshake,
                MILLI / 10 + random.nextLong(20 * MILLI),
                random.nextInt(4) == 0 ? 20_000 : 400_000,
                new SimLink.Peer() {
                    @Override
                    public void arrived(Parcel parcel) {
                        if (number == connects) {
                            Screen.this.arrived(parcel);
                        }
                    }

                    @Override
                    public void closed(int code, String reason) {
                        if (number == connects) {
                            Screen.this.closed(code);
                        }
                    }
                });
        if (made == null) {
            time.after(100 * MILLI + random.nextLong(100 * MILLI), this::connect);
            return;
        }
        link = made;
        greeted = false;
        connectedAt = time.getAsLong();
        lastBeat = connectedAt;
        readsSince = connectedAt;
        hello();
    }

    private void hello() {
        boolean resume = resumable && !token.isEmpty();
        resumeSeq = random.nextBoolean() ? ledger.applied() : ledger.served();
        once = random.nextInt(10) == 0;
        StringBuilder message = new StringBuilder("{\"type\":\"hello\",\"display\":\"" + name + "\"");
        if (once) {
            message.append(",\"connection\":\"once\"");
        }
        if (random.nextInt(3) == 0) {
            message.append(",\"settings\":{\"width\":" + (100 + random.nextInt(3)) + ",\"height\":200}");
        }
        if (resume) {
            message.append(",\"resume\":{\"token\":\"" + token + "\",\"epoch\":\"" + ledger.epoch() + "\",\"seq\":"
                    + resumeSeq + "}");
        }
        say(message.append('}').toString());
    }

    private void closed(int code) {
        note("closed with " + code);
        link = null;
        greeted = false;
        driving = false;
        unanswered |= subscribeId >= 0;
        subscribeId = -1;
        if (FINAL.contains(code) || once) {
            resumable = false;
        }
        comeBack();
    }

    private void comeBack() {
        int dice = random.nextInt(20);
        time.after(
                quiet || dice < 12
                        ? random.nextLong(300 * MILLI)
                        : dice < 19 ? random.nextLong(6 * SECOND) : random.nextLong(80 * SECOND),
                this::connect);
    }

    private int say(String message) {
        byte[] payload = message.getBytes(StandardCharsets.UTF_8);
        if (!text) {
            try {
                payload = Codecs.cbor().encode(Codecs.json().decodeClient(ByteBuffer.wrap(payload)));
            } catch (DecodeException e) {
                throw new IllegalStateException(message, e);
            }
        }
        note(message);
        link.say(payload, text);
        return ids;
    }

    private int ask(String type, String fields) {
        int id = ++ids;
        say("{\"type\":\"" + type + "\",\"id\":" + id + fields + "}");
        return id;
    }

    // ---- what it gets

    private void read() {
        if (link != null) {
            if (stalledUntil - time.getAsLong() <= 0) {
                link.read();
            } else {
                readsSince = stalledUntil;
            }
        }
        time.after(pace / 2 + random.nextLong(pace), this::read);
    }

    private void arrived(Parcel parcel) {
        if (parcel.viewSeq > 0) {
            world.history.mix(parcel.hash);
            world.messages++;
            ledger.take(parcel);
            return;
        }
        world.messages++;
        note(parcel);
        ServerMessage message = parcel.message();
        if (message instanceof ServerMessage.Welcome welcome) {
            welcome(welcome);
        } else if (message instanceof ServerMessage.Ack ack) {
            if (((RequestId.Number) ack.id()).value() == subscribeId) {
                ledger.acknowledged();
            }
        } else if (message instanceof ServerMessage.Error error) {
            if (error.id().isPresent() && ((RequestId.Number) error.id().get()).value() == subscribeId) {
                throw new Violation("a subscription is refused: " + error);
            }
            if (!greeted && link != null && error.code().name().equals("UNAVAILABLE")) {
                SimLink on = link;
                time.after(200 * MILLI, () -> {
                    if (link == on && !greeted) {
                        hello();
                    }
                });
            }
        } else if (message instanceof ServerMessage.Snapshot) {
            boolean asked = ledger.asking();
            ledger.take(parcel);
            if (asked && !ledger.asking()) {
                subscribeId = -1;
            }
        } else {
            if (message instanceof ServerMessage.Heartbeat) {
                lastBeat = time.getAsLong();
            }
            ledger.take(parcel);
        }
    }

    private void welcome(ServerMessage.Welcome welcome) {
        if (greeted) {
            throw new Violation("a second welcome");
        }
        greeted = true;
        token = welcome.token();
        resumable = true;
        boolean again = welcome.resumed() && unanswered;
        ledger.welcome(welcome, resumeSeq);
        unanswered = false;
        lastBeat = time.getAsLong();
        if (again) {
            // whether the server has heard it, nobody knows: from the beginning
            say("{\"type\":\"unsubscribe\"}");
            subscribe();
        } else if (!welcome.resumed()) {
            subscribe();
        }
    }

    // ---- what it does

    private static void addIf(boolean wanted, Wants.Part part, Set<Wants.Part> to) {
        if (wanted) {
            to.add(part);
        }
    }

    private void subscribe() {
        if (ledger.asking() || link == null || !greeted) {
            return;
        }
        long all = (1L << world.scenario.cameras()) - 1;
        long mask = random.nextInt(3) == 0 ? Wants.ALL : random.nextLong(all + 1);
        Set<Wants.Part> parts = EnumSet.noneOf(Wants.Part.class);
        addIf(random.nextInt(3) == 0, Wants.Part.EVERY, parts);
        boolean every = parts.contains(Wants.Part.EVERY);
        double rate = !every && random.nextInt(3) == 0 ? 1 + random.nextInt(30) : 0;
        addIf(random.nextInt(2) == 0, Wants.Part.SCENE, parts);
        addIf(random.nextInt(2) == 0, Wants.Part.PRESENCE, parts);
        addIf(random.nextInt(4) > 0, Wants.Part.ECHO, parts);
        addIf(random.nextInt(4) == 0, Wants.Part.ALL_WALLS, parts);
        if (!parts.contains(Wants.Part.ALL_WALLS)) {
            addIf(random.nextInt(3) == 0, Wants.Part.FIRST_WALL, parts);
            addIf(random.nextInt(3) == 0, Wants.Part.SECOND_WALL, parts);
        }
        Wants wants = new Wants(mask, parts, rate);
        StringBuilder fields = new StringBuilder();
        if (mask == Wants.ALL) {
            fields.append(",\"cameras\":[\"*\"]");
        } else {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < world.scenario.cameras(); i++) {
                if (wants.camera(i)) {
                    names.add("\"" + Names.camera(i) + "\"");
                }
            }
            fields.append(",\"cameras\":" + names);
        }
        fields.append(",\"scene\":" + wants.scene() + ",\"presence\":" + wants.presence() + ",\"delivery\":\""
                + (every ? "every" : "latest") + "\",\"echo\":" + wants.echo());
        if (rate > 0) {
            fields.append(",\"rate\":" + rate);
        }
        if (parts.contains(Wants.Part.ALL_WALLS)) {
            fields.append(",\"walls\":[\"*\"]");
        } else if (wants.walls()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < Names.walls(); i++) {
                if (wants.wall(i)) {
                    names.add("\"" + Names.wall(i) + "\"");
                }
            }
            fields.append(",\"walls\":" + names);
        }
        ledger.asks(wants);
        subscribeId = ask("subscribe", fields.toString());
    }

    private String camera() {
        return Names.camera(random.nextInt(world.scenario.cameras()));
    }

    private String view() {
        return "{\"kind\":\"2d\",\"center\":[" + random.nextInt(1000) + "," + random.nextInt(1000)
                + "],\"zoom\":1.5,\"rotation\":0}";
    }

    private void act() {
        time.after(200 * MILLI + random.nextLong(3 * SECOND), this::act);
        if (link == null || !greeted || quiet) {
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 18) {
            subscribe();
        } else if (dice < 30) {
            stalledUntil = time.getAsLong() + random.nextLong(random.nextInt(5) == 0 ? 40 * SECOND : 4 * SECOND);
            note("reads nothing for " + (stalledUntil - time.getAsLong()) / MILLI + " ms");
        } else if (dice < 36) {
            boolean silent = random.nextInt(4) == 0;
            note(silent ? "vanishes" : "its connection breaks");
            SimLink old = link;
            gone();
            if (silent) {
                old.vanishes();
                world.silent(old);
            } else {
                old.breaks();
            }
            comeBack();
        } else if (dice < 38) {
            note("goes on on another socket");
            SimLink old = link;
            resumable = random.nextBoolean();
            gone();
            if (random.nextBoolean()) {
                // the old one is still there
                world.silent(old);
                old.vanishes();
            } else {
                old.breaks();
            }
            connect();
        } else if (dice < 40) {
            resumable = false;
            say("{\"type\":\"bye\"}");
        } else if (dice < 44) {
            ask("settings", ",\"settings\":{\"width\":" + (1 + random.nextInt(4)) + "}");
        } else if (dice < 46) {
            ask("ping", ",\"t0\":" + time.micros());
        } else if (dice < 48) {
            if (text) {
                // nobody's camera: refused, and nothing else comes of it
                say("{\"type\":\"camera\",\"camera\":7}");
            }
        } else if (dice < 60) {
            control();
        } else if (dice < 75) {
            scene();
        } else if (dice < 90) {
            drive(camera(), 1 + random.nextInt(120));
        } else if (role.equals("admin") && dice < 92) {
            ask("admin", ",\"action\":\"remove-camera\",\"camera\":\"" + camera() + "\"");
        } else if (role.equals("admin") && dice < 93) {
            ask(
                    "admin",
                    ",\"action\":\"close\",\"display\":\"display-" + random.nextInt(world.scenario.displays()) + "\"");
        }
    }

    /** It has no socket any more, and hears nothing of the old one. */
    private void gone() {
        connects++;
        link = null;
        greeted = false;
        driving = false;
        unanswered |= subscribeId >= 0;
        subscribeId = -1;
        if (once) {
            resumable = false;
        }
    }

    private void control() {
        String camera = camera();
        int dice = random.nextInt(10);
        world.truth.mayRenew(Names.number(camera));
        SimLink on = link;
        // it takes a while to arrive
        time.after(SECOND, () -> {
            if (on == link) {
                world.truth.mayRenew(Names.number(camera));
            }
        });
        ask(
                "control",
                ",\"camera\":\"" + camera + "\",\"action\":\""
                        + (dice < 6 ? "take" : dice < 9 ? "release" : "ask") + "\""
                        + (dice == 0 && role.equals("admin") ? ",\"force\":true" : ""));
    }

    private void scene() {
        int dice = random.nextInt(10);
        String model = "\"m" + random.nextInt(5) + "\"";
        String put = "{\"op\":\"put\",\"model\":{\"id\":" + model + ",\"uri\":\"models/gear.glb\",\"position\":["
                + random.nextInt(9) + ",0,1]}}";
        String ops = dice < 5
                ? put
                : dice < 7
                        ? put + ",{\"op\":\"select\",\"ids\":[" + model + "]}"
                        : dice < 8
                                ? "{\"op\":\"remove\",\"id\":" + model + "}"
                                : dice < 9
                                        ? "{\"op\":\"patch\",\"id\":" + model + ",\"visible\":false}"
                                        : "{\"op\":\"clear\"}";
        ask(
                "scene",
                ",\"ops\":[" + ops + "]"
                        + (random.nextInt(3) == 0
                                ? ",\"camera\":{\"camera\":\"" + camera() + "\",\"view\":" + view() + "}"
                                : ""));
    }

    private void drive(String camera, int times) {
        if (driving) {
            return;
        }
        driving = true;
        moveOn(link, camera, times);
    }

    private void moveOn(SimLink on, String camera, int left) {
        if (link != on || !greeted || left == 0 || quiet) {
            driving = false;
            return;
        }
        say("{\"type\":\"camera\",\"camera\":\"" + camera + "\",\"view\":" + view()
                + String.format(Locale.ROOT, ",\"sample\":%d}", left));
        time.after(30 * MILLI, () -> moveOn(on, camera, left - 1));
    }

    // ---- what it has to have

    private void check() {
        time.after(SECOND, this::check);
        long now = time.getAsLong();
        if (link == null || link.over()) {
            return;
        }
        boolean reads = now - Math.max(readsSince, connectedAt) > 4 * SECOND;
        if (!reads || world.calmFor() < 4 * SECOND) {
            return;
        }
        if (!greeted) {
            if (now - connectedAt > HELLO) {
                throw new Violation("hello is not answered");
            }
            return;
        }
        ledger.upToDate(now);
        if (ledger.asking() && now - Math.max(Math.max(readsSince, askedAt()), connectedAt) > 4 * SECOND) {
            throw new Violation("a subscription is not answered");
        }
        if (now - Math.max(lastBeat, readsSince) > 14 * SECOND && world.calmFor() > 14 * SECOND) {
            throw new Violation("no heartbeat for " + (now - lastBeat) / MILLI + " ms");
        }
    }

    private long askedAt() {
        if (askedId != subscribeId) {
            askedId = subscribeId;
            askedSince = time.getAsLong();
        }
        return askedSince;
    }

    void atRest() {
        if (!connected()) {
            throw new Violation("it is not connected");
        }
        ledger.atRest();
    }

    @Override
    public String toString() {
        return name + " (" + role + (text ? "" : ", cbor") + "): " + ledger;
    }
}
