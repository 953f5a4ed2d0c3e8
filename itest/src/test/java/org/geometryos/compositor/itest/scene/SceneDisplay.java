package org.geometryos.compositor.itest.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;

/** A display that changes the scene and follows it. One thread reads; whoever tests sends. */
final class SceneDisplay implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawDisplay socket;
    private final String name;
    private final Random random;
    private final Thread reader;
    private int asked;
    // guarded by this
    private final FollowedScene scene = new FollowedScene();
    private final List<Long> seqs = new ArrayList<>();
    private int accepted;
    private int refused;
    private int unavailable;
    private int snapshots;
    private String flaw = "";

    /** @param cameras also the cameras, each update */
    SceneDisplay(int number, boolean cameras) throws IOException {
        name = "scene-" + number;
        random = new Random(number);
        socket = new RawDisplay(Host.port(), 0, "compositor.v1.json");
        socket.hello(name);
        socket.send("{\"type\":\"subscribe\",\"scene\":true"
                + (cameras ? ",\"cameras\":[\"*\"],\"delivery\":\"every\"" : "") + "}");
        reader = new Thread(this::read, "itest-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (; ; ) {
                take(JSON.readTree(socket.message()));
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            synchronized (this) {
                flaw += e + "; ";
            }
        }
    }

    private synchronized void take(JsonNode message) {
        switch (message.required("type").asText()) {
            case "snapshot" -> {
                snapshots++;
                scene.begin(message.required("scene"));
                seqs.clear();
            }
            case "scene" -> {
                scene.apply(message.required("ops"));
                seqs.add(message.required("seq").asLong());
            }
            case "ack" -> accepted++;
            case "error" -> {
                refused++;
                switch (message.required("code").asText()) {
                    case "unavailable" -> unavailable++;
                    case "not-found" -> {}
                    default -> flaw += message + "; ";
                }
            }
            case "gap", "goodbye" -> flaw += message + "; ";
            default -> {}
        }
    }

    /** Asks for a transaction that may or may not name models that are there; one of four moves a camera of its own. */
    void change() throws IOException {
        String camera = random.nextInt(4) > 0
                ? ""
                : ",\"camera\":{\"camera\":\"of-" + name + "\",\"view\":{\"kind\":\"2d\",\"center\":[" + asked
                        + ",0],\"zoom\":1,\"rotation\":0}}";
        socket.send("{\"type\":\"scene\",\"id\":" + ++asked + ",\"ops\":[" + op() + "," + op() + "]" + camera + "}");
    }

    private String op() {
        String id = "m-" + random.nextInt(8);
        int dice = random.nextInt(30);
        if (dice == 0) {
            return "{\"op\":\"clear\"}";
        }
        if (dice < 4) {
            return "{\"op\":\"remove\",\"id\":\"" + id + "\"}";
        }
        if (dice < 8) {
            return "{\"op\":\"select\",\"ids\":[\"" + id + "\"]}";
        }
        String label = dice == 8 ? "null" : "\"" + name + " " + asked + "\"";
        return dice < 16
                ? "{\"op\":\"patch\",\"id\":\"" + id + "\",\"label\":" + label + "}"
                : "{\"op\":\"put\",\"model\":{\"id\":\"" + id + "\",\"uri\":\"models/gear.glb\",\"label\":" + label
                        + "}}";
    }

    /** Whether each request was answered. */
    synchronized boolean answered() {
        return accepted + refused == asked;
    }

    synchronized int accepted() {
        return accepted;
    }

    synchronized int unavailable() {
        return unavailable;
    }

    /** The numbers of all transactions since the last snapshot. */
    synchronized List<Long> seqs() {
        return List.copyOf(seqs);
    }

    synchronized int snapshots() {
        return snapshots;
    }

    synchronized String scene() {
        return scene.toString();
    }

    /** What it was sent that it should not have been; empty is right. */
    synchronized String flaw() {
        return flaw;
    }

    @Override
    public void close() throws Exception {
        socket.close();
        reader.join(5_000);
    }
}
