package org.geometryos.compositor.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The load generator's process. Arguments: the server's port, the subprotocol, and {@code tls} if its sockets are to
 * speak it. Takes one command a line on standard input ({@code connect} with a {@link Batch} as JSON, {@code open
 * CAMERAS HERTZ}, {@code track CAMERAS HERTZ PORT}, {@code closed CAMERAS OUTSTANDING}, {@code pause}, {@code begin},
 * {@code report}) and answers each with a {@link LoadReport} as a line of JSON; ends with its input.
 */
public final class LoadGenerator {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LoadGenerator() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> arguments = List.of(args);
        LoadLoop loop = new LoadLoop(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments.get(0))),
                arguments.get(1),
                arguments.contains("tls"));
        Thread thread = new Thread(loop, "load");
        // without its loop the generator is nothing
        thread.setUncaughtExceptionHandler((t, e) -> {
            e.printStackTrace();
            System.exit(1);
        });
        thread.start();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command; (command = commands.readLine()) != null; ) {
            String[] words = command.split(" ", 2);
            String[] numbers = words.length == 2 ? words[1].split(" ") : new String[0];
            switch (words[0]) {
                case "connect" -> loop.connect(JSON.readValue(words[1], Batch.class), LoadGenerator::print);
                case "open" ->
                    loop.open(Integer.parseInt(numbers[0]), Double.parseDouble(numbers[1]), LoadGenerator::print);
                case "track" ->
                    loop.track(
                            Integer.parseInt(numbers[0]),
                            Double.parseDouble(numbers[1]),
                            Integer.parseInt(numbers[2]),
                            LoadGenerator::print);
                case "closed" ->
                    loop.closed(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), LoadGenerator::print);
                case "pause" -> loop.pause(LoadGenerator::print);
                case "begin" -> loop.begin(LoadGenerator::print);
                case "report" -> loop.report(LoadGenerator::print);
                default ->
                    throw new IllegalArgumentException("\"" + command + "\" is no command of the load generator");
            }
        }
        loop.stop();
        thread.join();
    }

    private static void print(LoadReport report) {
        try {
            System.out.println(JSON.writeValueAsString(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written", e);
        }
    }
}
