package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Json;
import org.geometryos.compositor.itest.outside.Python;
import org.geometryos.compositor.itest.outside.Tools;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The Python client without a host: its own tests, the recorded sessions among them, and its types. */
class PythonClientTest {
    static final Path CLIENT = Folders.module().resolveSibling("clients/python");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    /** Fewer mean that they were not found. */
    private static final int AT_LEAST = 80;

    @TestFactory
    Stream<DynamicTest> itsOwnTests() throws Exception {
        Python.needs("websockets");
        try (LineProcess tests = new LineProcess(
                CLIENT,
                Folders.output().resolve("python-client.err"),
                List.of(Python.PROGRAM.toString(), "-B", "tests/run.py"))) {
            int exit = tests.ends(LIMIT);
            List<JsonNode> outcomes = tests.lines().stream().map(Json::read).toList();
            assertTrue(
                    outcomes.size() >= AT_LEAST, () -> outcomes.size() + " tests; exit " + exit + "; " + tests.said());
            return outcomes.stream()
                    .map(each -> DynamicTest.dynamicTest(each.path("test").asText(), () -> outcome(each)));
        }
    }

    private static void outcome(JsonNode test) {
        String detail = test.path("test").asText() + ": " + test.path("detail").asText();
        switch (test.path("outcome").asText()) {
            case "passed" -> {
                // it counts
            }
            case "skipped" -> abort(detail);
            default -> fail(detail);
        }
    }

    @Test
    void itsTypesHold() throws Exception {
        Python.needs("mypy");
        Path log = Folders.output().resolve("python-types.log");
        Path cache = Folders.fresh("python-types");
        List<String> check = List.of(
                Python.PROGRAM.toString(),
                "-m",
                "mypy",
                "--strict",
                "--cache-dir",
                cache.toString(),
                "src",
                "examples");
        int exit = Tools.run(LIMIT, CLIENT, log, Map.of("MYPYPATH", "src"), check);
        assertEquals(0, exit, () -> read(log));
    }

    @Test
    void itsVersionIsThatOfTheBuild() {
        Matcher build = Pattern.compile("<version>([^<]+?)(-SNAPSHOT)?</version>")
                .matcher(read(Folders.module().resolveSibling("pom.xml")));
        assertTrue(build.find());
        assertTrue(read(CLIENT.resolve("pyproject.toml")).contains("\nversion = \"" + build.group(1) + "\"\n"));
        assertTrue(read(CLIENT.resolve("src/compositor_bridge/__init__.py"))
                .contains("\n__version__ = \"" + build.group(1) + "\"\n"));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
