package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/configuration.md} are those of the bundles' Metatype. With {@code -Ddocs.write} the test
 * writes them:
 *
 * <pre>mvn -q test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write</pre>
 */
class ConfigurationPageTest {
    private static final Path PAGE = Repository.ROOT.resolve("docs/configuration.md");
    private static final Path BUNDLES = Repository.ROOT.resolve("bundles");
    /** What stands above it is written by hand. */
    private static final String MARK =
            "<!-- Below this line the page is generated from Metatype: see ConfigurationPageTest. -->\n";

    private static final String STALE =
            "docs/configuration.md differs from Metatype; the javadoc of this test has the command that writes it";
    /** A range in words, where a bound does not belong to it or a value outside of it means something. */
    private static final Pattern RANGE = Pattern.compile("\\d to \\d|above \\d");

    private static final Pattern UNIT =
            Pattern.compile("(?i)\\b(milliseconds|seconds|days|bytes|mib|metres|degrees|pixels?"
                    + "|hertz|units|factor|per (second|minute)|priority|port|threads|files|models|parts|cameras|displays|largest"
                    + "|connections|handshakes|requests|messages|updates|networks|number|tiles|tilesets)\\b");
    /** All that there is to say of it. */
    private static final Pattern WORDS = Pattern.compile("[\\w-]+(, [\\w-]+)* or [\\w-]+\\.");

    private static final int NUMBERS = 60;
    private static final String PREFIX = "org.geometryos.compositor.";

    @Test
    void thePageSaysWhatTheBundlesSay() throws IOException {
        List<String> missing = notBuilt();
        assumeTrue(missing.isEmpty(), () -> "not built: " + missing);
        String page = Repository.read(PAGE);
        String generated = page.substring(0, page.indexOf(MARK) + MARK.length()) + tables();
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, generated);
        } else {
            Iterator<String> lines = page.lines().iterator();
            generated.lines().forEach(line -> assertEquals(line, lines.hasNext() ? lines.next() : "", STALE));
            assertFalse(lines.hasNext(), STALE);
        }
    }

    @Test
    void everyKeyHasADescriptionOfWholeSentences() throws IOException {
        List<String> bad = Metatype.ofBundles(BUNDLES).stream()
                .flatMap(each -> each.keys().stream()
                        .filter(key -> !key.description().endsWith("."))
                        .map(key -> each.pid() + " " + key.id()))
                .toList();
        assertTrue(bad.isEmpty(), bad::toString);
    }

    @Test
    void everyNumberHasARangeAndSaysWhatItCounts() throws IOException {
        List<String> bad = numbers()
                .filter(key -> key.min().isEmpty()
                                && key.max().isEmpty()
                                && !RANGE.matcher(key.description()).find()
                        || !UNIT.matcher(key.description()).find())
                .map(key -> key.id() + ": " + key.description())
                .toList();
        assertTrue(bad.isEmpty(), bad::toString);
        assertTrue(numbers().count() > NUMBERS, () -> "these numbers alone were found");
    }

    private static Stream<Metatype.Key> numbers() throws IOException {
        return Metatype.ofBundles(BUNDLES).stream()
                .flatMap(each -> each.keys().stream())
                .filter(key -> Set.of("Integer", "Long", "Double").contains(key.type()));
    }

    @Test
    void whatIsOneOfSeveralWordsHasThemAsOptions() throws IOException {
        List<String> bad = Metatype.ofBundles(BUNDLES).stream()
                .flatMap(each -> each.keys().stream()
                        .filter(key -> key.options().isEmpty()
                                && WORDS.matcher(key.description()).matches())
                        .map(key -> each.pid() + " " + key.id()))
                .toList();
        assertTrue(bad.isEmpty(), bad::toString);
    }

    private static List<String> notBuilt() throws IOException {
        try (Stream<Path> folders = Files.list(BUNDLES)) {
            // a POM without sources, as the bill of materials is, has no classes
            return folders.filter(folder -> Files.exists(folder.resolve("src/main"))
                            && !Files.isDirectory(folder.resolve("target/classes")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }

    private static String tables() throws IOException {
        return Metatype.ofBundles(BUNDLES).stream()
                .sorted(Comparator.comparing(Metatype::pid))
                .map(ConfigurationPageTest::section)
                .collect(Collectors.joining());
    }

    private static String section(Metatype described) {
        String pid = described.pid() + (described.factory() ? "~NAME" : "");
        return "\n## `" + pid.substring(PREFIX.length()) + "`\n\n"
                + "PID `" + pid + "`.\n" + text(described.description()).replace(". ", ".\n") + "\n\n"
                + "| key | type | default | range | meaning |\n| --- | --- | --- | --- | --- |\n"
                + described.keys().stream().map(ConfigurationPageTest::row).collect(Collectors.joining());
    }

    private static String row(Metatype.Key key) {
        return "| `" + key.id() + "` | " + type(key) + " | " + initial(key) + " | " + range(key) + " | "
                + text(key.description()) + " |\n";
    }

    private static String initial(Metatype.Key key) {
        String plain = key.initial().replace("\\,", ",");
        return plain.isEmpty()
                ? ""
                : "`" + (key.type().equals("Double") ? plain.replaceFirst("\\.0$", "") : plain) + "`";
    }

    private static String type(Metatype.Key key) {
        String one =
                switch (key.type()) {
                    case "Integer", "Long" -> "whole number";
                    case "Double" -> "number";
                    case "Boolean" -> "`true`, `false`";
                    case "Password" -> "secret";
                    default -> "text";
                };
        return key.several() ? one + ", several" : one;
    }

    private static String range(Metatype.Key key) {
        if (!key.options().isEmpty()) {
            return key.options().stream().map(option -> "`" + option + "`").collect(Collectors.joining(", "));
        }
        if (key.min().isEmpty() && key.max().isEmpty()) {
            return "";
        }
        return key.max().isEmpty()
                ? "at least " + key.min()
                : key.min().isEmpty() ? "at most " + key.max() : key.min() + " to " + key.max();
    }

    /** Plain text as Markdown. */
    private static String text(String plain) {
        return plain.replaceAll("[\\\\|*_<>~\\[\\]`]", "\\\\$0");
    }
}
