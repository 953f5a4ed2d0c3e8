package org.geometryos.compositor.launcher.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** With the distribution's configuration, and with one of somebody's own. */
class LogGuardTest {
    private static final Path DEFAULT = Path.of("src/main/dist/lib/logback.xml");
    private static final String FORGED = "2026-01-01 00:00:00.000Z ERROR [main] root all is lost";

    @TempDir
    Path data;

    private final LoggerContext context = new LoggerContext();
    private final LogGuardSetup setup = new LogGuardSetup();

    @BeforeEach
    void setUp() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter());
        assertThat(setup.configure(context)).isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
        configure(Files.readString(DEFAULT));
    }

    private void configure(String xml) throws Exception {
        context.putProperty("compositor.data", data.toString());
        context.putProperty("compositor.data.pattern", data.toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        // what goes to the console is not looked at
        configurator.doConfigure(new ByteArrayInputStream(
                xml.replace("<appender-ref ref=\"console\"/>", "").getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** A logger that nobody has used, so that it has all its lines. */
    private Logger logger() {
        return context.getLogger("org.example.L" + System.nanoTime());
    }

    @Test
    void aRequestToAServletThatIsBeingReplacedIsNoError() throws Exception {
        Logger http = context.getLogger("org.apache.felix.http");
        Exception gone = new Exception("Servlet has been unregistered");
        http.error("Exception while processing request to {}", "/compositor", gone);
        http.error("Exception while processing request to /compositor", gone);
        assertThat(lines()).isEmpty();
        http.error("Exception while processing request to /compositor", new Exception("another"));
        logger().error("of somebody else", gone);
        assertThat(lines())
                .anyMatch(line -> line.contains("request to /compositor"))
                .anyMatch(line -> line.contains("of somebody else"));
        context.getLogger("org.apache.felix.http").setLevel(Level.DEBUG);
        http.error("Exception while processing request to /late", gone);
        assertThat(lines()).anyMatch(line -> line.contains("/late"));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(data.resolve("log/compositor.log"));
    }

    private long bytes() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("log"))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void aLongTextFromOutsideMakesNoLongLine() throws IOException {
        logger().warn("Bad Authority: [{}]", "%".repeat(1_000_000));
        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0)).hasSizeLessThan(2_300).contains("Bad Authority: [%%%", "more characters)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "\r\n",
                "\u0085",
                "\u2028",
                "\u2029",
                "\u001b[2K\u001b[1G",
                "\u202e",
                "\u2066",
                "\u0000",
                "\b",
                "\u007f",
                "\u009b"
            })
    void whatBeginsALineOrCommandsATerminalIsShownAsAnEscape(String strange) throws IOException {
        logger().warn("refused: {}", strange + FORGED);
        logger().warn(
                        "failed",
                        new IllegalStateException("refused: " + strange + FORGED, new IOException(strange + FORGED)));
        logger().warn("refused: {}", "x", new IllegalStateException(strange + FORGED));
        logger().atWarn().setCause(new IOException(strange + FORGED)).log("refused " + strange + FORGED);
        assertThat(lines().stream().filter(line -> line.startsWith("2026-01-01")))
                .isEmpty();
        assertThat(String.join("", lines())).doesNotContain(strange).contains("all is lost");
    }

    @Test
    void textOfOtherLanguagesStaysAsItIs() throws IOException {
        logger().warn("{} \ud83c\udfa5 \u00e4 \u65e5\u672c \u0645\u0631\u062d\u0628\u0627", "B\u00fchne");
        assertThat(lines().get(0))
                .endsWith("B\u00fchne \ud83c\udfa5 \u00e4 \u65e5\u672c \u0645\u0631\u062d\u0628\u0627");
    }

    @Test
    void aStackTraceOfMegabytesIsBounded() throws IOException {
        Throwable problem = new IllegalStateException("x".repeat(3_000_000));
        for (int i = 0; i < 100; i++) {
            problem = new IllegalStateException("y".repeat(100_000), problem);
            problem.addSuppressed(new IOException("z".repeat(100_000)));
        }
        logger().error("failed: {}", "w".repeat(100_000), problem);
        deep(logger(), 3_000);
        assertThat(bytes()).isLessThan(60_000);
        assertThat(lines().get(1)).startsWith("java.lang.IllegalStateException: yyy");
    }

    private static void deep(Logger log, int depth) {
        if (depth == 0) {
            log.error("deep", new IllegalStateException("down here"));
        } else {
            deep(log, depth - 1);
        }
    }

    @Test
    void aFloodOfOneKindIsBoundedCountedAndSaid() throws Exception {
        Logger log = logger();
        for (int i = 0; i < 100_000; i++) {
            log.warn("Bad Authority: [{}]", i);
        }
        assertThat(lines()).hasSizeLessThan(1_000).hasSizeGreaterThanOrEqualTo(200);
        long written = lines().size();
        assertThat(setup.guard().health().problems()).isEmpty();
        var telling = setup.guard().tell();
        try {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (setup.guard().health().problems().isEmpty()) {
                assertThat(System.nanoTime() - until).isNegative();
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            telling.stop(10_000);
        }
        assertThat(setup.guard().health().problems().get(0).text()).contains("lines are left out");
        assertThat(written).isPositive();
    }

    @Test
    void aFloodOfEverNewKindsIsBoundedAsWell() throws IOException {
        Logger log = logger();
        for (int i = 0; i < 100_000; i++) {
            log.warn("Bad Authority " + i);
        }
        assertThat(lines()).hasSizeLessThan(3_000);
    }

    @Test
    void aFloodInOneLoggerLeavesTheOthersTheirLines() throws IOException {
        Logger flooded = logger();
        for (int i = 0; i < 100_000; i++) {
            flooded.warn("Bad Authority [{}]", i);
        }
        context.getLogger("org.geometryos.compositor.connections.Door").warn("still here");
        assertThat(lines()).last().asString().endsWith("still here");
    }

    @Test
    void aConfigurationOfOnesOwnHasTheSameBounds() throws Exception {
        context.reset();
        configure("""
                <configuration>
                  <appender name="mine" class="ch.qos.logback.core.FileAppender">
                    <file>${compositor.data}/log/compositor.log</file>
                    <encoder><pattern>%m%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="mine"/></root>
                </configuration>
                """);
        Logger log = logger();
        for (int i = 0; i < 10_000; i++) {
            log.info("Bad Authority: [{}]", "%\n".repeat(100_000));
        }
        log.info("failed", new IllegalStateException("\n" + FORGED));
        assertThat(bytes()).isLessThan(1_000 * 2_300);
        assertThat(lines().stream().filter(line -> line.startsWith("2026-01-01")))
                .isEmpty();
    }

    @Test
    void theSumOfTheFilesIsBoundedAtAnyMoment() throws Exception {
        context.reset();
        configure(Files.readString(DEFAULT).replace("10MB", "20KB"));
        for (int i = 0; i < 2_000; i++) {
            context.getLogger("org.example.L" + i % 40).warn("Bad Authority " + i % 400 + ": [{}]", "%".repeat(4_000));
            assertThat(bytes()).isLessThanOrEqualTo(5 * (20 * 1024 + 2_500));
        }
        assertThat(bytes()).isGreaterThan(4 * 20 * 1024);
    }

    @Test
    void roomComesBackWithTime() {
        AtomicLong now = new AtomicLong();
        LogRates rates = new LogRates(now::get);
        int first = 0;
        while (rates.take("a", "b")) {
            first++;
        }
        assertThat(first).isEqualTo(200);
        assertThat(rates.report()).isEqualTo(Map.of("a: b", 1L));
        assertThat(rates.report()).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(21));
        assertThat(rates.take("a", "b")).isTrue();
        assertThat(rates.take("a", "b")).isTrue();
        assertThat(rates.take("a", "b")).isFalse();
    }
}
