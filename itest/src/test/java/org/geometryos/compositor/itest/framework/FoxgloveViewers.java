package org.geometryos.compositor.itest.framework;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many viewers that speak Foxglove's protocol, in a process of their own: {@code FoxgloveViewers PORT COUNT}. Each
 * subscribes to the cameras a and b. Commands on standard input, one answer line each: {@code report} and {@code quit}.
 */
public final class FoxgloveViewers {
    private static final long LIMIT_SECONDS = 120;
    private static final int DATA = 1;
    private static final int HEAD = 13;
    private static final Pattern CHANNEL = Pattern.compile("\"id\":(\\d+),\"topic\":\"/camera/([ab])/viewport\"");
    private static final Pattern PLACE = Pattern.compile("\"center\":\\{\"x\":([-+.0-9eE]+)");
    private static final List<Viewer> ALL = new ArrayList<>();

    private FoxgloveViewers() {}

    private static final class Viewer implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // guarded by this
        private final Map<Integer, String> cameras = new HashMap<>();
        private final Map<String, Long> samples = new HashMap<>();
        private long messages;
        private int disorder;
        private int closes;
        private String last = "";

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean end) {
            text.append(part);
            if (end) {
                op(socket, text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private synchronized void op(WebSocket socket, String message) {
            if (message.startsWith("{\"op\":\"advertise\"")) {
                StringBuilder subscriptions = new StringBuilder();
                for (Matcher channel = CHANNEL.matcher(message); channel.find(); ) {
                    int id = cameras.size() + 100;
                    cameras.put(id, channel.group(2));
                    subscriptions
                            .append(subscriptions.isEmpty() ? "" : ",")
                            .append("{\"id\":")
                            .append(id)
                            .append(",\"channelId\":")
                            .append(channel.group(1))
                            .append('}');
                }
                if (!subscriptions.isEmpty()) {
                    socket.sendText("{\"op\":\"subscribe\",\"subscriptions\":[" + subscriptions + "]}", true);
                }
            } else if (message.startsWith("{\"op\":\"status\"")) {
                last = message.replaceAll("\\s", "_");
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean end) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
            if (end) {
                data(bytes.toByteArray());
                bytes.reset();
            }
            socket.request(1);
            return null;
        }

        private synchronized void data(byte[] message) {
            ByteBuffer head = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            String camera = message[0] == DATA ? cameras.get(head.getInt(1)) : null;
            Matcher place = PLACE.matcher(new String(message, HEAD, message.length - HEAD, StandardCharsets.US_ASCII));
            if (camera == null || !place.find()) {
                disorder++;
                return;
            }
            messages++;
            long sample = (long) Double.parseDouble(place.group(1));
            disorder += sample < samples.getOrDefault(camera, 0L) ? 1 : 0;
            samples.put(camera, sample);
        }

        @Override
        public synchronized CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closes++;
            last = code + "_" + reason.replaceAll("\\s", "_");
            return null;
        }

        @Override
        public synchronized void onError(WebSocket socket, Throwable error) {
            closes++;
            last = error.toString().replaceAll("\\s", "_");
        }

        synchronized boolean ready() {
            return samples.size() == 2;
        }
    }

    private static String report() {
        long messages = 0;
        int disorder = 0;
        int closes = 0;
        int ready = 0;
        String last = "";
        Map<String, Long> oldest = new HashMap<>();
        for (Viewer viewer : ALL) {
            synchronized (viewer) {
                messages += viewer.messages;
                disorder += viewer.disorder;
                closes += viewer.closes;
                ready += viewer.ready() ? 1 : 0;
                last = viewer.last.isEmpty() ? last : viewer.last;
                for (String camera : List.of("a", "b")) {
                    oldest.merge(camera, viewer.samples.getOrDefault(camera, 0L), Math::min);
                }
            }
        }
        return "ready=" + ready + " messages=" + messages + " disorder=" + disorder + " closes=" + closes + " a="
                + oldest.get("a") + " b=" + oldest.get("b") + " last=" + (last.isEmpty() ? "-" : last);
    }

    /** Connects all, says {@code ready}, and answers. */
    public static void main(String[] arguments) throws Exception {
        URI address = URI.create("ws://127.0.0.1:" + arguments[0] + "/compositor");
        HttpClient client = HttpClient.newHttpClient();
        for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
            Viewer viewer = new Viewer();
            ALL.add(viewer);
            client.newWebSocketBuilder()
                    .subprotocols("foxglove.sdk.v1")
                    .buildAsync(address, viewer)
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!ALL.stream().allMatch(Viewer::ready)) {
            if (System.nanoTime() - end > 0) {
                System.out.println("failed: " + report());
                System.exit(1);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.println("ready " + report());
        answer();
        System.exit(0);
    }

    private static void answer() throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command; (command = commands.readLine()) != null && !command.equals("quit"); ) {
            System.out.println(report());
        }
    }
}
