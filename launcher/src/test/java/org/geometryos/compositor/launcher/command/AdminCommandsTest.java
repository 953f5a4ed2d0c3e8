package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on the operator's interface, against what a host answers. */
class AdminCommandsTest {
    private static final String CONFIGURATION = """
            {"configurations":[{"pid":"org.geometryos.compositor.camera","file":"file:/conf/camera.cfg","name":"Camera",\
            "properties":{"leaseMillis":4000},"attributes":[{"id":"leaseMillis","type":"Integer","cardinality":0,"default":"5000","description":"How long."},\
            {"id":"names","type":"String","cardinality":-5,"description":"Some."},{"id":"pass","type":"Password","cardinality":0,"description":"A secret."}]},\
            {"pid":"org.geometryos.compositor.journal","properties":{},"attributes":[],"problem":"org.geometryos.compositor.journal: depth must be less"}],\
            "factories":[{"factoryPid":"org.geometryos.compositor.endpoint.key","attributes":[{"id":"role","type":"String","cardinality":0}]}]}""";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/compositor/admin/", exchange -> {
            String path = exchange.getRequestURI().toString().substring("/compositor/admin/".length());
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("POST")) {
                posted.add(path + " " + exchange.getRequestHeaders().getFirst("Content-Type") + " " + text);
            }
            byte[] bytes = answers.getOrDefault(exchange.getRequestMethod() + " " + path, "nothing here")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.createContext("/compositor/recordings", exchange -> {
            posted.add(exchange.getRequestURI().getPath() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] bytes = answers.get("recordings").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
        answers.put("GET configuration", CONFIGURATION);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @SuppressWarnings("unchecked")
    private int run(Object command, String... arguments) throws Exception {
        CommandLine line = Arguments.commandLine(command);
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--url", "ws://127.0.0.1:" + server.getAddress().getPort()));
        CommandLine.ParseResult result = Arguments.parse(line, all);
        while (result.hasSubcommand()) {
            result = result.subcommand();
            line = result.commandSpec().commandLine();
        }
        return ((Callable<Integer>) line.getCommand()).call();
    }

    private static AdminApi.Answer answer(String json) throws IOException {
        return new AdminApi.Answer(json, JsonText.read(json));
    }

    @Test
    void sourcesAreATableAndAreStoppedAndStarted() throws Exception {
        String state = """
                {"time":100000000,"sources":[{"source":"demo","level":"ok","priority":5,"accepted":12,"refused":0,"last":99960000,"cameras":["tour"],"stopped":false},\
                {"source":"rig","level":"warning","priority":0,"accepted":0,"refused":0,"cameras":[],"stopped":true,"text":"no\\u001b packets"}]}""";
        assertThat(SourcesCommand.print(answer(state)))
                .containsExactly(
                        "SOURCE  LEVEL    PRIORITY  ACCEPTED  REFUSED  LAST   CAMERAS  SAYS",
                        "demo    ok       5         12        0        40 ms  tour",
                        "rig     stopped  0         0         0        -      -        no? packets");
        assertThat(answer(state).lines("sources"))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("{\"source\":\"rig\",")
                .endsWith("}");
        answers.put("GET state", state);
        answers.put("POST sources", "{\"source\":\"rig\",\"stopped\":true,\"lasts\":false}");
        assertThat(run(new SourcesCommand())).isZero();
        assertThat(run(new SourcesCommand(), "stop", "rig")).isZero();
        assertThat(run(new SourcesCommand(), "start", "rig", "--json")).isZero();
        assertThat(posted)
                .containsExactly(
                        "sources application/json {\"source\":\"rig\",\"action\":\"stop\"}",
                        "sources application/json {\"source\":\"rig\",\"action\":\"start\"}");
        answers.put("GET state", "{\"time\":1,\"sources\":null}");
        assertThatThrownBy(() -> run(new SourcesCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("no camera bridge");
    }

    @Test
    void wallsAreATableAndSoAreTheMembersOfOne() throws Exception {
        String walls = """
                {"walls":[{"wall":"hall","title":"Hall","width":2,"figures":{"skew":1.25,"late":0.005,"slowest":"left","delay":82.0,"fixed":false,"alarm":false,\
                "members":{"left":{"connected":true,"age50":4.0,"age99":60.0,"needs":81.667,"late":0.01,"clock":0.3,"apart":-0.6,"counted":true,"reason":null,"reported":400.0},\
                "right":{"connected":false,"age50":null,"age99":null,"needs":null,"late":0.0,"clock":null,"apart":null,"counted":false,"reason":"has not reported yet","reported":null}}}}]}""";

        assertThat(WallsCommand.print(answer(walls), null, false))
                .containsExactly(
                        "WALL  MEMBERS  COUNT  DELAY  SKEW  ALARM  LATE  SLOWEST  TITLE",
                        "hall  2        1      82.0   1.3   no     0.5%  left     Hall");
        assertThat(WallsCommand.print(answer(walls), "hall", false))
                .containsExactly(
                        "DISPLAY  CONNECTED  AGE  AGE P99  NEEDS  LATE  CLOCK  APART  REPORTED  LEFT OUT",
                        "left     yes        4.0  60.0     81.7   1.0%  0.3    -0.6   400.0",
                        "right    no         -    -        -      -     -      -      never     has not reported yet");
        assertThat(WallsCommand.print(answer(walls), "hall", true))
                .singleElement()
                .asString()
                .startsWith("{\"wall\":\"hall\",");
        assertThat(WallsCommand.byDisplay(answer(walls)))
                .containsEntry("left", List.of("hall", "1.0%"))
                .containsEntry("right", List.of("hall", "-"));
        assertThatThrownBy(() -> WallsCommand.print(answer(walls), "other", false))
                .isInstanceOf(FailedException.class)
                .hasMessage("there is no wall other");
    }

    @Test
    void refusalHasTheReasonOfTheHost() {
        status = 409;
        answers.put("POST bundles", "{\"code\":\"conflict\",\"message\":\"another one is being replaced\"}");
        assertThatThrownBy(() -> run(new BundlesCommand(), "swap", "camera"))
                .isInstanceOf(FailedException.class)
                .hasMessageEndingWith("/compositor/admin/bundles refused it: conflict: another one is being replaced");
        status = 404;
        assertThatThrownBy(() -> run(new LogCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("HTTP 404: the bundle operate does not run there");
        status = 401;
        answers.put("GET state", "{\"code\":\"unauthorized\",\"message\":\"a key is needed\"}");
        assertThatThrownBy(() -> run(new SourcesCommand()))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("a key is needed (it wants a key of role admin");
    }

    @Test
    void bundleIsSwappedByItsShortName() throws Exception {
        String swapped = """
                {"name":"org.geometryos.compositor.camera","before":"0.1.0","version":"0.1.1","millis":41.7,"restarted":["a","b"]}""";
        answers.put("POST bundles", swapped);
        assertThat(run(new BundlesCommand(), "swap", "camera")).isZero();
        assertThat(posted)
                .containsExactly("bundles application/json "
                        + "{\"name\":\"org.geometryos.compositor.camera\",\"action\":\"swap\"}");
        assertThat(BundlesCommand.Swap.print(answer(swapped)))
                .isEqualTo(
                        "org.geometryos.compositor.camera 0.1.1 runs in place of 0.1.0; its services were back after "
                                + "42 ms, 2 bundles that use it with them");
        answers.put("POST bundles", swapped.replace("}", ",\"missing\":[\"CameraBridge\"]}"));
        assertThatThrownBy(() -> run(new BundlesCommand(), "swap", "camera")).hasMessageContaining("CameraBridge");
    }

    @Test
    void recorderIsSwitchedAndTold() throws Exception {
        answers.put("POST recorder", "{\"enabled\":true,\"lasts\":true}");
        assertThat(new CommandLine(new RecorderCommands.Start())
                        .parseArgs(
                                "--url", "ws://127.0.0.1:" + server.getAddress().getPort())
                        .commandSpec()
                        .userObject())
                .isInstanceOf(RecorderCommands.Start.class);
        assertThat(run(new RecorderCommands.Start())).isZero();
        assertThat(posted).containsExactly("recorder application/json {\"enabled\":true}");
        answers.put("GET state", "{\"recorder\":{\"enabled\":true,\"recording\":true,\"file\":\"/r.db\",\"bytes\":7}}");
        assertThat(run(new RecorderCommands.Status())).isZero();
        assertThat(RecorderCommands.Status.print(Map.of("enabled", true, "recording", false, "problem", "disk full")))
                .containsExactly("recording   no, although it is switched on", "problem     disk full");
        answers.put("GET state", "{\"recorder\":{\"enabled\":true,\"recording\":false,\"problem\":\"disk full\"}}");
        assertThat(run(new RecorderCommands.Status())).isEqualTo(1);
        answers.put("GET state", "{\"recorder\":null}");
        assertThatThrownBy(() -> run(new RecorderCommands.Status())).hasMessageContaining("recorder does not run");
    }

    @Test
    void logIsReadToItsEnd() throws Exception {
        answers.put(
                "GET log?after=0",
                "{\"lines\":[{\"n\":1,\"time\":1700000000123456,\"level\":\"INFO\",\"logger\":\"a.B\",\"text\":\"x\"}],"
                        + "\"next\":1}");
        answers.put("GET log?after=1", "{\"lines\":[],\"next\":1}");
        assertThat(run(new LogCommand())).isZero();
        assertThat(run(new LogCommand(), "--lines", "5", "--json")).isZero();
        assertThat(LogCommand.line(
                        Map.of("time", 1700000000123456L, "level", "INFO", "logger", "a.B", "text", "x\u001b[2J")))
                .isEqualTo("2023-11-14T22:13:20.123Z INFO a.B x?[2J");
        assertThatThrownBy(() -> run(new LogCommand(), "--lines", "0")).isInstanceOf(UsageException.class);
    }

    @Test
    void displaysWithTroubleAreListedOnceEach() throws Exception {
        String state = """
                {"sessions":[{"session":"s1","display":"left","connected":true},\
                {"session":"s2","display":"right","connected":false,"trouble":{"kind":"lost","text":"the connection is lost","since":1700000000123456}}],\
                "displays":[{"display":"right","session":"s2","trouble":{"kind":"lost","text":"the connection is lost"}},\
                {"display":"top","declared":true,"trouble":{"kind":"missing","text":"it was never here"}}]}""";
        assertThat(DisplaysCommand.troubles(answer(state), false))
                .containsExactly(
                        "NAME   TROUBLE  SINCE                     WHAT",
                        "right  lost     2023-11-14T22:13:20.123Z  the connection is lost",
                        "top    missing  -                         it was never here");
        assertThat(DisplaysCommand.troubles(answer(state), true))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{\"session\":\"s2\"");
        answers.put("GET state", state);
        assertThat(run(new DisplaysCommand(), "--trouble")).isZero();
    }

    @Test
    void messagesOfADisplayAreFollowed() throws Exception {
        answers.put(
                "GET state",
                "{\"sessions\":[{\"session\":\"s 1\",\"display\":\"left\",\"connected\":false},"
                        + "{\"session\":\"s2\",\"display\":\"left\",\"connected\":true}]}");
        answers.put(
                "GET messages?session=s2&after=0",
                "{\"messages\":[{\"number\":1,\"time\":1,\"sent\":false,\"bytes\":9,\"problem\":\"cannot be read\"}],"
                        + "\"missed\":0,\"next\":1}");
        String camera = "{\"messages\":[{\"number\":2,\"time\":1700000000123456,\"sent\":true,\"bytes\":30,"
                + "\"message\":{\"type\":\"camera\",\"seq\":7}}],\"missed\":0,\"next\":2}";
        answers.put("GET messages?session=s2&after=1", camera);
        assertThat(run(new MessagesCommand(), "left", "--type", "camera", "--count", "1"))
                .isZero();
        assertThat(run(new MessagesCommand(), "left", "--count", "2", "--json")).isZero();
        AdminApi.Answer seen = answer(camera);
        assertThat(MessagesCommand.line(
                        seen.list("messages").get(0),
                        JsonText.member(seen.lines("messages").get(0), "message")))
                .isEqualTo("2023-11-14T22:13:20.123Z > {\"type\":\"camera\",\"seq\":7}");
        assertThat(MessagesCommand.line(
                        Map.of("time", 1L, "sent", false, "bytes", 9L, "problem", "cannot be read"), ""))
                .endsWith(" < 9 bytes: cannot be read");
        assertThatThrownBy(() -> run(new MessagesCommand(), "right"))
                .isInstanceOf(FailedException.class)
                .hasMessage("there is no display \"right\"");
        assertThatThrownBy(() -> run(new MessagesCommand(), "left", "--count", "0"))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void configurationIsListedCheckedAndSet(@TempDir Path folder) throws Exception {
        assertThat(ConfigCommand.ListAll.table(answer(CONFIGURATION)))
                .containsExactly(
                        "PID                                SET          FILE                   PROBLEM",
                        "org.geometryos.compositor.camera   leaseMillis  file:/conf/camera.cfg",
                        "org.geometryos.compositor.journal  -            -                      "
                                + "org.geometryos.compositor.journal: depth must be less");
        assertThat(ConfigCommand.ListAll.keys(answer(CONFIGURATION), "org.geometryos.compositor.camera"))
                .contains(
                        "file: file:/conf/camera.cfg",
                        "KEY          VALUE  DEFAULT  TYPE      MEANING",
                        "leaseMillis  4000   5000     Integer   How long.");
        assertThat(run(new ConfigCommand(), "list", "camera", "--json")).isZero();
        assertThatThrownBy(() -> run(new ConfigCommand(), "list", "nothing")).hasMessageContaining("no configuration");
        assertThat(run(new ConfigCommand(), "check")).isEqualTo(1);
        assertThat(run(new ConfigCommand(), "check", "camera")).isZero();

        answers.put("POST configuration", "{\"pid\":\"x\",\"changed\":true,\"lasts\":true}");
        Path secrets = Files.writeString(folder.resolve("secrets.json"), " {\"pass\": \"sesame\"} ");
        assertThat(run(
                        new ConfigCommand(),
                        "set",
                        "camera",
                        "leaseMillis=3000",
                        "names=a=b",
                        "--unset",
                        "other",
                        "--from",
                        secrets.toString()))
                .isZero();
        assertThat(run(new ConfigCommand(), "check", "endpoint.key~wall", "role=view", "role=admin"))
                .isZero();
        assertThat(posted)
                .containsExactly(
                        "configuration application/json {\"pid\":\"org.geometryos.compositor.camera\",\"properties\":"
                                + "{\"pass\": \"sesame\",\"leaseMillis\":\"3000\",\"names\":[\"a=b\"],\"other\":null},"
                                + "\"check\":false}",
                        "configuration application/json {\"pid\":\"org.geometryos.compositor.endpoint.key~wall\","
                                + "\"properties\":{\"role\":[\"view\",\"admin\"]},\"check\":true}");

        for (String secret : List.of("pass=sesame", "key=sesame", "store.password=sesame")) {
            assertThatThrownBy(() -> run(new ConfigCommand(), "set", "camera", secret))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("is a secret")
                    .hasMessageNotContaining("sesame");
        }
        assertThatThrownBy(() -> run(new ConfigCommand(), "set", "camera")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> run(new ConfigCommand(), "set", "camera", "leaseMillis"))
                .isInstanceOf(UsageException.class);
        Path wrong = Files.writeString(folder.resolve("wrong.json"), "pass: sesame");
        assertThatThrownBy(() -> run(new ConfigCommand(), "set", "camera", "--from", wrong.toString()))
                .isInstanceOf(FailedException.class)
                .hasMessageNotContaining("sesame");
        answers.put("POST configuration", "{\"changed\":true,\"lasts\":false,\"problem\":\"it is refused\"}");
        assertThatThrownBy(() -> run(new ConfigCommand(), "set", "camera", "leaseMillis=1"))
                .hasMessage("it is refused");
    }

    @Test
    void aHandIsPutOnWhatPlays() throws Exception {
        String tour = """
                {"playback":"tour","status":"paused","position":12500000,"length":60000000,"speed":0.5,"loop":true,\
                "marks":{"from":10000000,"to":20000000},"recordings":["tour.jsonl"],\
                "lanes":[{"camera":"tour","recording":"tour.jsonl","entry":12500000,"held":true}]}""";
        assertThat(ReplayCommand.print(answer("{\"playbacks\":[" + tour + "]}").list("playbacks")))
                .containsExactly(
                        "PLAYBACK  STATE   POSITION  LENGTH   SPEED  LOOP                CAMERAS      RECORDING",
                        "tour      paused  12.500s   60.000s  0.5    10.000s to 20.000s  tour (held)  tour.jsonl");
        answers.put("recordings", tour);
        assertThat(run(new ReplayCommand(), "seek", "tour", "12.5s")).isZero();
        assertThat(run(new ReplayCommand(), "step", "tour", "--back", "--camera", "tour"))
                .isZero();
        assertThat(run(new ReplayCommand(), "loop", "tour", "--from", "10s", "--to", "20000000", "--json"))
                .isZero();
        assertThat(run(new ReplayCommand(), "loop", "tour", "--off")).isZero();
        assertThat(run(new ReplayCommand(), "speed", "tour", "0.5")).isZero();
        assertThat(run(new ReplayCommand(), "play", "tour")).isZero();
        assertThat(run(new ReplayCommand(), "pause", "tour")).isZero();
        assertThat(run(new ReplayCommand(), "open", "newest", "--loop")).isZero();
        assertThat(run(new ReplayCommand(), "close")).isZero();
        assertThat(posted)
                .containsExactly(
                        "/compositor/recordings/tour {\"action\":\"seek\",\"position\":12500000}",
                        "/compositor/recordings/tour {\"action\":\"step\",\"entries\":-1,\"camera\":\"tour\"}",
                        "/compositor/recordings/tour {\"action\":\"loop\",\"from\":10000000,\"to\":20000000}",
                        "/compositor/recordings/tour {\"action\":\"loop\",\"on\":false}",
                        "/compositor/recordings/tour {\"action\":\"speed\",\"speed\":0.5}",
                        "/compositor/recordings/tour {\"action\":\"play\"}",
                        "/compositor/recordings/tour {\"action\":\"pause\"}",
                        "/compositor/recordings {\"action\":\"open\",\"recording\":\"newest\",\"loop\":true}",
                        "/compositor/recordings {\"action\":\"close\"}");
        assertThatThrownBy(() -> run(new ReplayCommand(), "loop", "tour", "--from", "10s"))
                .isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> run(new ReplayCommand(), "seek", "tour", "soon"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("must be a time such as 500ms");
    }
}
