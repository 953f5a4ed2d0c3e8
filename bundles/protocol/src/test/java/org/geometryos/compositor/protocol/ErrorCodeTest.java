package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.Outcome;
import org.junit.jupiter.api.Test;

/**
 * Whoever names an error code means the one of {@link ErrorCode}: the page, the schemas, the JavaScript client, and the
 * bundles that do not know the protocol. The Java client has no words of its own.
 */
class ErrorCodeTest {
    private static final Path BUNDLES =
            Documents.FOLDER.resolve("../../bundles").normalize();
    private static final List<String> CATALOGUE =
            Arrays.stream(ErrorCode.values()).map(ErrorCode::word).toList();

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    private static String one(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    @Test
    void thePageSaysWhatEachMeans() {
        String section = one(Documents.read(Documents.FOLDER.resolve("README.md")), "(?ms)^### Errors$(.*?)(?=^#|\\z)");
        assertThat(all(section, "(?m)^\\| `([a-z-]+)` \\| \\S")).isEqualTo(CATALOGUE);
    }

    @Test
    void theSchemaHasTheSame() {
        String codes = one(
                Documents.read(Documents.FOLDER.resolve("schemas/server-error.json")),
                "\"code\": \\{\"enum\": \\[([^\\]]*)\\]");
        assertThat(all(codes, "\"([^\"]+)\"")).isEqualTo(CATALOGUE);
    }

    @Test
    void theAsyncApiDocumentShowsNoOther() {
        assertThat(all(Documents.read(Documents.FOLDER.resolve("asyncapi.yaml")), "type: error,.* code: ([a-z-]+)"))
                .isNotEmpty()
                .isSubsetOf(CATALOGUE);
    }

    @Test
    void theJavaScriptClientHasTheSame() {
        String list = one(
                Documents.read(BUNDLES.resolve("web/client/src/error.js")),
                "(?s)ERROR_CODES = Object\\.freeze\\(\\[(.*?)\\]\\)");
        assertThat(all(list, "'([^']+)'")).isEqualTo(CATALOGUE);
    }

    @Test
    void javaScriptNamesNoOtherAndSaysWhichAreItsOwn() throws IOException {
        String own = one(
                Documents.read(BUNDLES.resolve("web/client/src/error.js")),
                "CLIENT_CODES = Object\\.freeze\\(\\[(.*?)\\]\\)");
        Set<String> known = new TreeSet<>(CATALOGUE);
        known.addAll(all(own, "'([^']+)'"));
        Set<String> named = new TreeSet<>();
        for (Path file : sources("web", ".js")) {
            String text = Documents.read(file);
            named.addAll(all(text, "new CompositorError\\('([^']+)'"));
            named.addAll(all(text, "error\\.code [!=]== '([^']+)'"));
        }
        assertThat(named).contains("held", "disconnected").isSubsetOf(known);
    }

    @Test
    void bundlesThatSayWhyInWordsUseTheCatalogue() throws IOException {
        for (Path file : sources("", ".java")) {
            assertThat(all(Documents.read(file), "new RequestException\\(\\s*\"([^\"]*)\""))
                    .as("words in " + file)
                    .isSubsetOf(CATALOGUE);
        }
    }

    @Test
    void reasonsOfOutcomesAreErrorCodes() {
        for (Outcome.Reason reason : Outcome.Reason.values()) {
            assertThat(ErrorCode.valueOf(reason.name()).word()).isIn(CATALOGUE);
        }
    }

    @Test
    void wordsAreReadAsTheyAreWritten() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.word())).isEqualTo(code);
        }
    }

    private static List<Path> sources(String bundle, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(BUNDLES.resolve(bundle))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.toString().matches(".*/(node_modules|target|test)/.*"))
                    .toList();
        }
    }
}
