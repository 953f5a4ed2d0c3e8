package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands {@code status}, {@code health} and {@code bundles}, against what a host answers. */
class HealthReportTest {
    private static final String WELL = """
            {"status":"ok","version":"0.1.0","parts":[{"part":"transport","status":"ok","problems":[],"budgets":[{"name":"replies","used":12,"limit":100,"unit":"bytes"}]}],\
            "deployments":[],"components":[],"bundles":[{"id":0,"bundle":"org.apache.felix.framework","version":"7.0.5","state":"active","from":"System Bundle"}]}""";
    private static final String DOWN = """
            {"status":"down","version":"0.1.0","parts":[{"part":"recorder","status":"down","problems":[{"level":"down","text":"the disk is full"},{"level":"warning","text":"it\\u001b[2J blinks"}],"budgets":[]}],\
            "deployments":[{"file":"half.jar","state":"refused","text":"deploy/half.jar is only a part of a jar"}],"components":[{"component":"mqtt","bundle":"b","problem":"has no broker"}],\
            "bundles":[{"id":7,"bundle":"camera","version":"0.1.1","state":"active","from":"deploy/c.jar","instead":"0.1.0"},{"id":8,"bundle":"half","version":"1.0.0","state":"installed","from":"x","problem":"nothing provides y"}]}""";

    private HttpServer server;
    private volatile int status = 200;
    private volatile String body = WELL;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/compositor/health", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int run(Callable<Integer> command, String... more) throws Exception {
        String[] arguments = new String[more.length + 2];
        System.arraycopy(more, 0, arguments, 2, more.length);
        arguments[0] = "--url";
        arguments[1] = "ws://127.0.0.1:" + server.getAddress().getPort();
        new CommandLine(command).parseArgs(arguments);
        return command.call();
    }

    private void answers(int with, String document) {
        status = with;
        body = document;
    }

    @Test
    void exitCodeSaysWhetherAPartIsDown() throws Exception {
        assertThat(run(new StatusCommand())).isZero();
        assertThat(run(new StatusCommand(), "--json")).isZero();
        answers(200, WELL.replace("\"status\":\"ok\",\"version\"", "\"status\":\"warning\",\"version\""));
        assertThat(run(new StatusCommand())).isZero();
        answers(503, DOWN);
        assertThat(run(new StatusCommand())).isEqualTo(1);
        assertThat(run(new StatusCommand(), "--json")).isEqualTo(1);
        assertThat(run(new HealthCommand())).isEqualTo(1);
        assertThat(run(new HealthCommand(), "--json")).isEqualTo(1);
        answers(503, "{\"status\":\"down\"}");
        assertThat(run(new HealthCommand())).isEqualTo(1);
        assertThat(run(new StatusCommand())).isEqualTo(1);
        // of bundles it is asked which there are, and they are told
        answers(503, DOWN);
        assertThat(run(new BundlesCommand())).isZero();
        assertThat(run(new BundlesCommand(), "--json")).isZero();
    }

    @Test
    void whatIsNoHealthIsAnError() {
        for (String wrong : List.of("", "no JSON", "[]", "7", "{\"status\":\"ok\",\"parts\":[", "{}")) {
            answers(200, wrong);
            assertThatThrownBy(() -> run(new StatusCommand()))
                    .as(wrong)
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("/compositor/health does not answer with a health document");
        }
        answers(404, "");
        assertThatThrownBy(() -> run(new StatusCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("HTTP 404")
                .hasMessageContaining("observe");
        answers(401, "");
        assertThatThrownBy(() -> run(new StatusCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("a key of role admin");
        answers(200, "{\"status\":\"ok\"}");
        assertThatThrownBy(() -> run(new BundlesCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("only the role admin");
        server.stop(0);
        assertThatThrownBy(() -> run(new StatusCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("does not answer");
    }

    @Test
    void statusIsPrintedForPeople() throws Exception {
        assertThat(StatusCommand.print(HealthReport.of(WELL)))
                .containsExactly(
                        "status      ok, version 0.1.0",
                        "bundles     1, active 1",
                        "",
                        "PART       BUDGET   USED  LIMIT  UNIT",
                        "transport  replies  12    100    bytes");
        assertThat(StatusCommand.print(HealthReport.of(DOWN)))
                .containsExactly(
                        "status      down, version 0.1.0",
                        "bundles     2, active 1",
                        "down        recorder: the disk is full",
                        "warning     recorder: it?[2J blinks",
                        "refused     deploy/half.jar is only a part of a jar",
                        "component   mqtt has no broker");
        assertThat(StatusCommand.print(HealthReport.of("{\"status\":\"ok\"}")))
                .containsExactly("status      ok", "            (the role admin gets the details)");
    }

    @Test
    void healthIsThePartOfTheStatusThatIsNotWell() throws Exception {
        assertThat(HealthCommand.print(HealthReport.of(WELL))).containsExactly("health      ok");
        assertThat(HealthCommand.print(HealthReport.of(DOWN)))
                .containsExactly(
                        "health      down",
                        "down        recorder: the disk is full",
                        "warning     recorder: it?[2J blinks");
        assertThat(HealthCommand.print(HealthReport.of("{\"status\":\"ok\"}")))
                .containsExactly("health      ok", "            (the role admin gets the details)");
        assertThat(HealthCommand.json(HealthReport.of(WELL)))
                .startsWith("{\"status\":\"ok\",\"parts\":[{\"part\":\"transport\"")
                .endsWith("]}");
        assertThat(HealthCommand.json(HealthReport.of("{\"status\":\"warning\"}")))
                .isEqualTo("{\"status\":\"warning\"}");
    }

    @Test
    void bundlesArePrintedAsATableAndAsTheListOfTheDocument() throws Exception {
        assertThat(BundlesCommand.print(HealthReport.of(DOWN)))
                .containsExactly(
                        "ID  BUNDLE  VERSION  STATE      FROM          INSTEAD OF  PROBLEM",
                        "7   camera  0.1.1    active     deploy/c.jar  0.1.0",
                        "8   half    1.0.0    installed  x                         nothing provides y");
        assertThat(BundlesCommand.json(HealthReport.of(WELL)))
                .startsWith("[{\"id\":0,")
                .endsWith("\"System Bundle\"}]");
        // the order of the members is nothing to rely on
        assertThat(BundlesCommand.json(HealthReport.of(
                        "{\"bundles\":[{\"id\":7,\"bundle\":\"a\\\"],\"}],\"parts\":[],\"status\":\"ok\"}")))
                .isEqualTo("[{\"id\":7,\"bundle\":\"a\\\"],\"}]");
    }
}
