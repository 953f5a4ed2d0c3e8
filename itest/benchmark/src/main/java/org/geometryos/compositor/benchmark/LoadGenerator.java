package org.geometryos.compositor.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The load generator's process. Arguments: the server's port and the {@link LoadScript}. Takes one command a line on standard input
 * ({@code connect N}, {@code report}) and answers each with a {@link LoadReport} as a line of JSON; ends with its input.
 */
public final class LoadGenerator {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LoadGenerator() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> arguments = List.of(args);
        LoadLoop loop = new LoadLoop(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments.get(0))),
                LoadScript.fromArguments(arguments.subList(1, arguments.size())));
        Thread thread = new Thread(loop, "load");
        // without its loop the generator is nothing
        thread.setUncaughtExceptionHandler((t, e) -> {
            e.printStackTrace();
            System.exit(1);
        });
        thread.start();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command; (command = commands.readLine()) != null;) {
            if (command.equals("report")) {
                loop.report(LoadGenerator::print);
            } else if (command.startsWith("connect ")) {
                loop.connect(Integer.parseInt(command.substring("connect ".length())), LoadGenerator::print);
            } else {
                throw new IllegalArgumentException("\"" + command + "\" is neither \"connect N\" nor \"report\"");
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
