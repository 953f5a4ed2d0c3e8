package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** One of the servers that a scenario compares. */
interface Contender {
    String name();

    /** @param folder empty, for all that the server writes */
    Server start(Path folder) throws IOException, InterruptedException;

    /** The distribution as a user starts it, with its default configuration. */
    record Product(Path distribution) implements Contender {
        private static final Pattern READY = Pattern.compile("(?m)^ready http://[^ ]+?:(\\d+)/ ");

        public Product {
            if (!Files.isExecutable(distribution.resolve("bin/compositor"))) {
                throw new IllegalArgumentException(distribution + " holds no distribution: build it first");
            }
        }

        @Override
        public String name() {
            return "bridge";
        }

        @Override
        public Server start(Path folder) throws IOException, InterruptedException {
            Path conf = Files.createDirectories(folder.resolve("conf"));
            return Server.start(List.of(distribution.resolve("bin/compositor").toString(), "run", "--no-demo", "--port", "0",
                    "--data", folder.resolve("data").toString(), "--conf", conf.toString()), READY, folder);
        }

        /** The options of the JVM that the distribution runs in, as its process shows them. */
        List<String> jvmOptions(Path folder) throws IOException, InterruptedException {
            try (Server server = start(folder)) {
                List<String> options = new ArrayList<>();
                for (String word : ProcFs.commandLine(server.pid()).stream().skip(1).takeWhile(word -> !word.equals("-cp")).toList()) {
                    if (!word.startsWith("-Dcompositor.")) {
                        options.add(word);
                    }
                }
                return options;
            }
        }
    }

    /** {@link PlainEndpoint}. @param jvmOptions those of the product @param heartbeatMillis between two messages to a display */
    record PlainJetty(List<String> jvmOptions, long heartbeatMillis) implements Contender {
        private static final Pattern READY = Pattern.compile("(?m)^ready (\\d+)$");

        @Override
        public String name() {
            return "plain Jetty";
        }

        @Override
        public Server start(Path folder) throws IOException, InterruptedException {
            return Server.start(Java.command(jvmOptions, PlainEndpoint.class, List.of(Long.toString(heartbeatMillis))), READY, folder);
        }
    }
}
