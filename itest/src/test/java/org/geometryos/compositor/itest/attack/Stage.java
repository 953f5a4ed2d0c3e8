package org.geometryos.compositor.itest.attack;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What there is to see: a camera that moves at 60 Hz and, if wanted, cameras and models that make snapshots large. */
final class Stage implements AutoCloseable {
    static final int RATE = 60;
    private static final int CAMERAS = 300;
    private static final int MODELS = 900;
    private static final int TOGETHER = 60;

    private final Innocent operator;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stage");
        thread.setDaemon(true);
        return thread;
    });

    Stage(int port) throws Exception {
        operator = new Innocent(port, "control", "operator");
        clock.scheduleAtFixedRate(this::move, 0, 1_000_000 / RATE, TimeUnit.MICROSECONDS);
    }

    private final AtomicLong moves = new AtomicLong();

    private void move() {
        moves.incrementAndGet();
        operator.send(camera(Innocent.CAMERA, 1, System.nanoTime() % 1_000_000 / 1e6));
    }

    /** Some hundred kilobytes of cameras and models. */
    void furnish() {
        for (int i = 0; i < CAMERAS; i++) {
            operator.send(camera("furniture/" + i, 32, i));
        }
        for (int i = 0; i < MODELS; i += TOGETHER) {
            StringBuilder ops = new StringBuilder();
            for (int k = i; k < i + TOGETHER; k++) {
                ops.append(k == i ? "" : ",")
                        .append("{\"op\":\"put\",\"model\":{\"id\":\"m")
                        .append(k)
                        .append("\",\"uri\":\"models/gear.glb\",\"position\":[")
                        .append(k / 7.0)
                        .append(",0,0],\"label\":\"a model of the furniture\"}}");
            }
            operator.send("{\"type\":\"scene\",\"ops\":[" + ops + "]}");
        }
    }

    private static String camera(String name, int coefficients, double x) {
        StringBuilder distortion = new StringBuilder();
        for (int i = 0; i < coefficients; i++) {
            distortion.append(i == 0 ? "" : ",").append(0.1234567890123 + i);
        }
        return String.format(
                Locale.ROOT,
                "{\"type\":\"camera\",\"camera\":\"%s\",\"view\":{\"kind\":\"3d\",\"position\":[%f,1.7,4],"
                        + "\"orientation\":[0,0,0,1],"
                        + "\"projection\":{\"type\":\"perspective\",\"yfov\":0.785,\"znear\":0.1},"
                        + "\"lens\":{\"distortion\":[%s]}}}",
                name,
                x,
                distortion);
    }

    /** How often the camera was moved so far: less than it should on a machine that has other things to do. */
    long moves() {
        return moves.get();
    }

    /** Null while the operator is connected. */
    String ended() {
        return operator.ended();
    }

    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        clock.awaitTermination(5, TimeUnit.SECONDS);
        operator.close();
    }
}
