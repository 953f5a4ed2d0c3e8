package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.ReadGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordingsServletTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final JettyHost host = new JettyHost();
    private volatile String role = "control";
    private final List<Object> told = new ArrayList<>();
    private volatile PlaybackException refusal;

    private final ReadGate gate = new ReadGate() {
        @Override
        public Decision read(Handshake request) {
            return new Decision.Accept(Optional.empty(), Map.of("key", "k", "role", role));
        }

        @Override
        public Map<String, String> pageHeaders(Handshake request) {
            return Map.of();
        }
    };

    private final Playback playback = new Playback() {
        @Override
        public PlaybackState state() {
            return new PlaybackState(
                    PlaybackState.Status.PAUSED,
                    20_000,
                    990_000,
                    0.5,
                    true,
                    Optional.of(new PlaybackState.Marks(10_000, 30_000)),
                    OptionalLong.empty(),
                    List.of("tour.jsonl"),
                    List.of(new PlaybackState.Lane("tour", "tour.jsonl", OptionalLong.of(20_000), false)));
        }

        @Override
        public CompletionStage<PlaybackState> ask() {
            throw new UnsupportedOperationException();
        }

        @Override
        public PlaybackState command(PlaybackCommand command) throws PlaybackException {
            if (refusal != null) {
                throw refusal;
            }
            told.add(command);
            return state();
        }

        @Override
        public CompletionStage<PlaybackState> send(PlaybackCommand command) {
            throw new UnsupportedOperationException();
        }
    };

    private final Recorder recorder = new Recorder() {
        @Override
        public RecorderStatus status() {
            return new RecorderStatus(true, "f", Optional.of("e1"), 1, 0, 1, 0, 1, Optional.empty());
        }

        @Override
        public List<Recording> recordings() {
            return List.of(new Recording("e1", 0, 0, 1_000, 2_000, 2_000, List.of("tour"), 0));
        }

        @Override
        public List<RecordedEntry> read(Selection what, long after, int max) {
            List<RecordedEntry> page = new ArrayList<>();
            for (long seq = after + 1; seq <= 1_500 && page.size() < max; seq++) {
                page.add(new RecordedEntry(seq, seq, "{\"seq\":" + seq + "}"));
            }
            return page;
        }

        @Override
        public List<RecordedEntry> newest(Selection what, long before) {
            throw new UnsupportedOperationException();
        }
    };

    @BeforeEach
    void start() throws Exception {
        Part<Recorder> part = new Part<>("the recorder", () -> recorder);
        Playbacks playbacks = new Playbacks(part, new RecordingsResource(part), new Resource() {
            @Override
            public Map<String, Object> get(Map<String, String> query) {
                return Map.of();
            }

            @Override
            public Map<String, Object> post(Map<String, Object> body) {
                told.add(body);
                return Map.of("playing", true);
            }
        });
        playbacks.add("tour", playback);
        host.start(
                new RecordingsServlet(playbacks, new Access(() -> gate)),
                false,
                RecordingsServlet.PATH,
                RecordingsServlet.PATTERN);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + RecordingsServlet.PATH + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code, String part) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"").contains(part);
    }

    @Test
    void viewReadsWhatPlaysAndWhatIsRecorded() throws Exception {
        role = "view";
        assertThat(ask("GET", "", null).body())
                .isEqualTo("{\"playbacks\":[{\"playback\":\"tour\",\"status\":\"paused\",\"position\":20000,"
                        + "\"length\":990000,\"speed\":0.5,\"loop\":true,\"marks\":"
                        + ask("GET", "/tour", null).body().replaceAll(".*\"marks\":(\\{[^}]*}).*", "$1")
                        + ",\"recordings\":[\"tour.jsonl\"],\"lanes\":[{\"camera\":\"tour\","
                        + "\"recording\":\"tour.jsonl\",\"entry\":20000,\"held\":false}]}],\"recorder\":"
                        + ask("GET", "", null).body().replaceAll(".*\"recorder\":(\\{[^}]*}).*", "$1")
                        + "}");
        assertThat(ask("GET", "?recordings=all", null).body()).contains("\"epoch\":\"e1\"");
        assertRefused(ask("POST", "/tour", "{\"action\":\"play\"}"), 403, "forbidden", "role control");
        assertRefused(ask("POST", "", "{\"action\":\"close\"}"), 403, "forbidden", "role control");
        assertThat(told).isEmpty();
    }

    @Test
    void controlHasAHandOnIt() throws Exception {
        for (String body : List.of(
                "{\"action\":\"play\"}",
                "{\"action\":\"pause\"}",
                "{\"action\":\"seek\",\"position\":30000}",
                "{\"action\":\"step\"}",
                "{\"action\":\"step\",\"entries\":-2,\"camera\":\"tour\"}",
                "{\"action\":\"loop\",\"from\":0,\"to\":500}",
                "{\"action\":\"loop\",\"on\":false}",
                "{\"action\":\"speed\",\"speed\":2.5}")) {
            HttpResponse<String> answer = ask("POST", "/tour", body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"position\":20000");
        }
        assertThat(told)
                .containsExactly(
                        new PlaybackCommand.Play(),
                        new PlaybackCommand.Pause(),
                        new PlaybackCommand.Seek(30_000),
                        new PlaybackCommand.Step(1, Optional.empty()),
                        new PlaybackCommand.Step(-2, Optional.of("tour")),
                        new PlaybackCommand.LoopBetween(0, 500),
                        new PlaybackCommand.Loop(false),
                        new PlaybackCommand.Speed(2.5));
    }

    @Test
    void whatIsWrongIsRefusedWithItsRule() throws Exception {
        assertRefused(ask("POST", "/other", "{\"action\":\"play\"}"), 404, "not-found", "no playback \\\"other\\\"");
        assertRefused(ask("POST", "/tour", "{\"action\":\"fly\"}"), 400, "invalid", "must be one of play, pause");
        assertRefused(ask("POST", "/tour", "{\"action\":\"seek\"}"), 400, "invalid", "position must be a number");
        assertRefused(
                ask("POST", "/tour", "{\"action\":\"seek\",\"position\":-1}"), 400, "invalid", "must be 0 or more");
        assertRefused(ask("POST", "/tour", "{\"action\":\"speed\",\"speed\":1000}"), 400, "invalid", "[0.01, 100]");
        assertRefused(ask("POST", "/tour", "{\"action\":\"step\",\"entries\":1e12}"), 400, "invalid", "[-1000, 1000]");
        assertRefused(ask("PUT", "/tour", "{}"), 405, "invalid", "GET, HEAD, POST");
        refusal = new PlaybackException(PlaybackException.Reason.CONFLICT, "there is no entry behind this one");
        assertRefused(ask("POST", "/tour", "{\"action\":\"step\"}"), 409, "conflict", "no entry behind");
        refusal = new PlaybackException(PlaybackException.Reason.UNAVAILABLE, "away");
        assertRefused(ask("POST", "/tour", "{\"action\":\"step\"}"), 503, "unavailable", "away");
    }

    @Test
    void aRecordingIsOpenedWithoutAPriority() throws Exception {
        ask("POST", "", "{\"action\":\"open\",\"recording\":\"e1\",\"speed\":2,\"priority\":99}");
        ask("POST", "", "{\"action\":\"close\"}");
        assertThat(told)
                .containsExactly(Map.of("action", "start", "recording", "e1", "speed", 2L), Map.of("action", "stop"));
    }

    @Test
    void anExportComesInPages() throws Exception {
        assertThat(ask("GET", "?export=e1", null).body()).contains("{\\\"seq\\\":1000}\"],\"next\":1000}");
        assertThat(ask("GET", "?export=e1&after=1000&from=0&to=5000", null).body())
                .startsWith("{\"lines\":[\"{\\\"seq\\\":1001}\"")
                .endsWith("{\\\"seq\\\":1500}\"],\"next\":null}");
        assertRefused(ask("GET", "?export=e1&from=x", null), 400, "invalid", "from must be a whole number");
    }
}
