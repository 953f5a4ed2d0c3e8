package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whoever names a close code means the one of {@link CloseCode}: the pages, the clients, and the bundles that do not
 * know the protocol.
 */
class CloseCodeTest {
    private static final Path BUNDLES =
            Documents.FOLDER.resolve("../../bundles").normalize();

    private static <T> Map<Integer, T> catalogue(Function<CloseCode, T> what) {
        return Arrays.stream(CloseCode.values())
                .collect(Collectors.toMap(CloseCode::code, what, (a, b) -> a, TreeMap::new));
    }

    private static Map<Integer, Boolean> finals() {
        return catalogue(code -> CloseCode.isFinal(code.code()));
    }

    /** The cells of the table below a heading that begins with a close code. */
    private static List<List<String>> table(Path page, String heading) {
        Matcher section =
                Pattern.compile("(?ms)^#+ " + heading + "$(.*?)(?=^#|\\z)").matcher(Documents.read(page));
        assertThat(section.find()).as("a section " + heading).isTrue();
        return section.group(1)
                .lines()
                .filter(line -> line.matches("\\| \\d.*"))
                .map(line ->
                        Stream.of(line.split("\\|")).skip(1).map(String::trim).toList())
                .toList();
    }

    @Test
    void eachCodeIsThereOnce() {
        assertThat(catalogue(code -> code)).hasSize(CloseCode.values().length);
        assertThat(CloseCode.isFinal(1006)).isFalse();
    }

    @Test
    void thePageSaysAfterWhichAClientComesBack() {
        Map<Integer, Boolean> said = new TreeMap<>();
        for (List<String> row : table(Documents.FOLDER.resolve("README.md"), "Close codes")) {
            assertThat(said.put(Integer.valueOf(row.get(0)), row.get(2).equals("no")))
                    .as("twice " + row.get(0))
                    .isNull();
        }
        assertThat(said).isEqualTo(finals());
    }

    @Test
    void theAsyncApiDocumentSaysTheSame() {
        Map<Integer, Boolean> said = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^ {6}'(\\d{4})': (.*)$")
                .matcher(Documents.read(Documents.FOLDER.resolve("asyncapi.yaml")));
        while (line.find()) {
            said.put(Integer.valueOf(line.group(1)), line.group(2).endsWith("Final."));
        }
        assertThat(said).isEqualTo(finals());
    }

    @Test
    void theJavaScriptClientDoesNotComeBackAfterTheSameCodes() {
        Matcher list = Pattern.compile("FINAL_CODES = Object\\.freeze\\(\\[([^\\]]*)\\]\\)")
                .matcher(Documents.read(BUNDLES.resolve("web/client/src/reconnect.js")));
        assertThat(list.find()).isTrue();
        Set<Integer> said = Stream.of(list.group(1).split(","))
                .map(String::trim)
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(said)
                .isEqualTo(finals().entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void thePageOfBundlesSaysWhoChoosesEach() {
        Map<Integer, Set<String>> said = new TreeMap<>();
        for (List<String> row : table(BUNDLES.resolve("README.md"), "Where a close code is chosen")) {
            Matcher bundle = Pattern.compile("`([a-z.]+)`: ").matcher(row.get(1));
            while (bundle.find()) {
                Stream.of(row.get(0).split(", "))
                        .map(Integer::valueOf)
                        .forEach(code ->
                                said.computeIfAbsent(code, c -> new TreeSet<>()).add(bundle.group(1)));
            }
        }
        assertThat(said).isEqualTo(catalogue(code -> new TreeSet<>(code.chosenBy())));
    }

    @Test
    void noSourceNamesACodeThatIsNone() throws IOException {
        Pattern number = Pattern.compile("(?<![\\w.])4[45]\\d\\d(?![\\w.]\\w)");
        Map<String, Set<Integer>> named = new TreeMap<>();
        try (Stream<Path> files = Files.walk(BUNDLES, 20)) {
            for (Path file : files.filter(path -> path.toString().contains("/src/main/java/")
                            && path.toString().endsWith(".java"))
                    .toList()) {
                Matcher code = number.matcher(Documents.read(file));
                while (code.find()) {
                    named.computeIfAbsent(BUNDLES.relativize(file).getName(0).toString(), f -> new TreeSet<>())
                            .add(Integer.valueOf(code.group()));
                }
            }
        }
        assertThat(named).containsKeys("protocol", "transport");
        named.values().forEach(codes -> assertThat(finals()).containsKeys(codes.toArray(new Integer[0])));
        for (int code : named.get("transport")) {
            assertThat(catalogue(CloseCode::chosenBy).get(code))
                    .as("who chooses " + code)
                    .contains("transport");
        }
    }
}
