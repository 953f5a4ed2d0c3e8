package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Comments that refer to the protocol name a heading of its page: {@code protocol, "Views"}. */
class ProtocolReferencesTest {
    private static final Path PAGE = Repository.ROOT.resolve("docs/protocol/README.md");
    private static final Pattern NUMBER = Pattern.compile("(?i)protocol(\\.md)?,?[\\s*/]+sections?[\\s*/]+\\d");
    /** Several headings follow one another with a comma or {@code and}. */
    private static final Pattern REFERENCE =
            Pattern.compile("[Pp]rotocol,?[\\s*/]+\"[A-Z][^\"]*\"(?:(?:,|\\s+and)[\\s*/]+\"[A-Z][^\"]*\")*");

    private static final Pattern HEADING = Pattern.compile("\"([^\"]+)\"");
    private static final int AT_LEAST = 25;

    @Test
    void everyReferenceNamesAHeadingOfThePage() {
        Set<String> headings = Pattern.compile("(?m)^#+ (.+)$")
                .matcher(Repository.read(PAGE))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>();
        int references = 0;
        for (Path file : Repository.files(".java", ".js", ".mjs", ".ts")) {
            if (file.endsWith("ProtocolReferencesTest.java")) {
                continue;
            }
            String source = Repository.read(file);
            NUMBER.matcher(source).results().forEach(found -> wrong.add(Repository.name(file) + ": " + found.group()));
            for (MatchResult reference : REFERENCE.matcher(source).results().toList()) {
                references++;
                Matcher named = HEADING.matcher(reference.group());
                while (named.find()) {
                    if (!headings.contains(named.group(1))) {
                        wrong.add(Repository.name(file) + ": there is no heading " + named.group());
                    }
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
        int found = references;
        assertTrue(found >= AT_LEAST, () -> found + " references");
    }
}
