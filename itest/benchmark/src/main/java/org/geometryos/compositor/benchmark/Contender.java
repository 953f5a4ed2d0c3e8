package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One of the servers that a scenario compares. Displays come to {@code /compositor} and say the same to each. */
interface Contender {
    String name();

    /** @param folder empty, for all that the server writes */
    Server start(Path folder) throws IOException, InterruptedException;

    /** Where sources connect. */
    String sourcePath();

    /** What a source says before its first update; each is answered. */
    List<String> sourceGreetings();

    /** How its displays and sources write their messages. */
    default Form form() {
        return Form.JSON;
    }

    /** What loads it. @param folder for what it writes */
    default Load load(Server server, Path folder) throws IOException, InterruptedException {
        return Load.start(server.port(), form().subprotocol, folder);
    }

    /** Whether {@link Jcmd} can ask it. */
    boolean java();

    /**
     * The distribution as a user starts it.
     *
     * @param settings by file name, what to put into its configuration folder; empty for the defaults
     * @param environment for its process, beside that of the benchmark; its Java is that of the benchmark, unless
     *     {@code JAVA_HOME} stands there
     * @param form of all messages
     */
    record Product(
            String name, Path distribution, Map<String, String> settings, Map<String, String> environment, Form form)
            implements Contender {
        private static final Pattern READY = Pattern.compile("(?m)^ready http://[^ ]+?:(\\d+)/ ");

        public Product {
            if (!Files.isExecutable(distribution.resolve("bin/compositor"))) {
                throw new IllegalArgumentException(distribution + " holds no distribution: build it first");
            }
        }

        Product(String name, Path distribution, Map<String, String> settings, Map<String, String> environment) {
            this(name, distribution, settings, environment, Form.JSON);
        }

        /** With its default configuration. */
        static Product of(Path distribution) {
            return new Product("bridge", distribution, Map.of(), Map.of());
        }

        @Override
        public Server start(Path folder) throws IOException, InterruptedException {
            Path conf = Files.createDirectories(folder.resolve("conf"));
            for (Map.Entry<String, String> file : settings.entrySet()) {
                Files.writeString(conf.resolve(file.getKey()), file.getValue());
            }
            Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", System.getProperty("java.home")));
            all.putAll(environment);
            return Server.start(
                    List.of(
                            distribution.resolve("bin/compositor").toString(),
                            "run",
                            "--no-demo",
                            "--port",
                            "0",
                            "--data",
                            folder.resolve("data").toString(),
                            "--conf",
                            conf.toString()),
                    all,
                    READY,
                    folder);
        }

        @Override
        public String sourcePath() {
            return "/compositor";
        }

        @Override
        public List<String> sourceGreetings() {
            return List.of("{\"type\":\"hello\",\"display\":\"source-#\"}");
        }

        @Override
        public boolean java() {
            return true;
        }

        /** The options of the JVM that the distribution runs in, as its process shows them. */
        List<String> jvmOptions(Path folder) throws IOException, InterruptedException {
            try (Server server = start(folder)) {
                List<String> options = new ArrayList<>();
                for (String word : ProcFs.commandLine(server.pid()).stream()
                        .skip(1)
                        .takeWhile(word -> !word.equals("-cp"))
                        .toList()) {
                    if (!word.startsWith("-Dcompositor.")) {
                        options.add(word);
                    }
                }
                return options;
            }
        }
    }

    /**
     * A server that hands each message of a source, as it is, to each display, and answers each message of a display
     * with one as long as a snapshot. It prints {@code ready PORT}.
     *
     * @param java whether it is a JVM
     */
    record Peer(String name, List<String> command, boolean java) implements Contender {
        private static final Pattern READY = Pattern.compile("(?m)^ready (\\d+)$");

        @Override
        public Server start(Path folder) throws IOException, InterruptedException {
            return Server.start(command, Map.of(), READY, folder);
        }

        @Override
        public String sourcePath() {
            return "/camera";
        }

        @Override
        public List<String> sourceGreetings() {
            return List.of();
        }
    }
}
