package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documents: their links lead somewhere, what they name is there, their lines are short. */
class DocumentsTest {
    private static final int COLUMNS = 120;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    /** What the benchmark prints. */
    private static final Pattern PRINTED = Pattern.compile("docs/performance-results.md|itest/benchmark/results/.*");

    private static final Path BUNDLES = Repository.ROOT.resolve("bundles/README.md");

    @Test
    void everyLinkLeadsToAFileAndAHeading() {
        List<String> wrong = new ArrayList<>();
        for (Path document : Repository.files(".md")) {
            Matcher link = LINK.matcher(withoutCode(Repository.read(document)));
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*") && !leadsSomewhere(document, target)) {
                    wrong.add(Repository.name(document) + ": " + target);
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
    }

    private static boolean leadsSomewhere(Path document, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file).normalize();
        return Files.exists(path) && (hash < 0 || anchors(path).contains(target.substring(hash + 1)));
    }

    /** The names that headings have in links. */
    private static Set<String> anchors(Path document) {
        return HEADING.matcher(withoutCode(Repository.read(document)))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String withoutCode(String text) {
        return text.replaceAll("(?ms)^```.*?^```$", "");
    }

    @Test
    void noLineOfProseIsLongerThan120Columns() {
        List<String> wrong = new ArrayList<>();
        for (Path document : documents()) {
            eachLineOfProse(document, (number, line) -> {
                if (line.length() > COLUMNS) {
                    wrong.add(Repository.name(document) + ":" + number);
                }
            });
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
    }

    private static List<Path> documents() {
        return Repository.files(".md").stream()
                .filter(document -> !PRINTED.matcher(Repository.name(document)).matches())
                .toList();
    }

    /** Neither code nor tables nor a line that is one link. */
    private static void eachLineOfProse(Path document, BiConsumer<Integer, String> line) {
        boolean code = false;
        int number = 0;
        for (String each : Repository.read(document).lines().toList()) {
            number++;
            if (each.strip().startsWith("```")) {
                code = !code;
            } else if (!code && !each.startsWith("|") && !each.startsWith("    ")) {
                line.accept(number, each);
            }
        }
    }

    @Test
    void everyBundleHasARowAndEveryPlaceOfTheTableIsThere() {
        String page = Repository.read(BUNDLES);
        List<String> wrong = new ArrayList<>();
        Matcher module =
                Pattern.compile("<module>(.+?)</module>").matcher(Repository.read(BUNDLES.resolveSibling("pom.xml")));
        while (module.find()) {
            if (!page.contains("| [`" + module.group(1) + "`](" + module.group(1) + ") |")) {
                wrong.add("no row for " + module.group(1));
            }
        }
        // `Class.method` in a row that links the class
        for (String row : page.lines().filter(line -> line.contains(".java)")).toList()) {
            Matcher link = LINK.matcher(row);
            while (link.find()) {
                Path file = BUNDLES.resolveSibling(link.group(1));
                String source = Files.exists(file) ? Repository.read(file) : "";
                String type = file.getFileName().toString().replace(".java", "");
                Pattern.compile("`" + type + "\\.(\\w+)`")
                        .matcher(row)
                        .results()
                        .map(named -> named.group(1))
                        .filter(method -> !Pattern.compile("\\b" + method + "\\(")
                                .matcher(source)
                                .find())
                        .forEach(method -> wrong.add(type + " has no method " + method));
            }
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
    }

    @Test
    void theMessagesOfTheTroubleshootingPageAreThoseOfTheSources() {
        String sources = Repository.files(".java", ".js").stream()
                .filter(file -> Repository.name(file).matches("(bundles/.*/(main|pages)|launcher/src/main)/.*"))
                .map(file -> Repository.read(file).replaceAll("\"\\s*\\+\\s*\"", ""))
                .collect(Collectors.joining("\n"));
        List<String> wrong = new ArrayList<>();
        int messages = 0;
        for (String row : Repository.read(Repository.ROOT.resolve("docs/troubleshooting.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
                .toList()) {
            Matcher quoted = Pattern.compile("`([^`]+)`").matcher(row.split(" \\| ")[1]);
            while (quoted.find()) {
                messages++;
                for (String part : quoted.group(1).split("…")) {
                    if (!sources.contains(part.replace("\"", "\\\""))) {
                        wrong.add(part);
                    }
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
        assertTrue(messages > 20, "messages: " + messages);
    }
}
