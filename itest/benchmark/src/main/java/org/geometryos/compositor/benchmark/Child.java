package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that the benchmark started and ends, whatever happens to the benchmark itself. */
final class Child implements AutoCloseable {
    private static final long STOP_SECONDS = 15;

    private final Process process;
    private final Thread lastResort;

    private Child(Process process) {
        this.process = process;
        this.lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Starts it on the JDK of the benchmark; what it says as an error goes into the log. */
    static Child start(List<String> command, Path log, ProcessBuilder.Redirect output) throws IOException {
        return start(command, Map.of(), log, output);
    }

    /** @param environment beside that of the benchmark */
    static Child start(List<String> command, Map<String, String> environment, Path log, ProcessBuilder.Redirect output)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(output);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    Process process() {
        return process;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
