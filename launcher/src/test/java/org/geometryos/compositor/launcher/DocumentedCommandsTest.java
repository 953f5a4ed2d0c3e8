package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.launcher.command.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command in the documents and examples is one that the command line takes. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> BUILT = Set.of("target", "node_modules", ".git");
    private static final Pattern DOCUMENT = Pattern.compile(".*\\.md|.*\\.ya?ml|Containerfile|.*\\.service");
    /** In code spans, and in lines of code. */
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

    private static final Pattern CODE = Pattern.compile("(?m)^ {4,}(.*)$");
    private static final Pattern COMMAND = Pattern.compile(
            "(?:^|[^\\w./-]|^\\S*/)(?:launcher/|bin/|/opt/compositor/bin/|/usr/bin/)?compositor ((?:[a-z]|--)[^|>&;]*)");
    private static final int AT_LEAST = 60;

    /**
     * @param where the document
     * @param named whether the text only names the command, without what it takes
     */
    private record Documented(String where, String command, boolean named) {}

    @Test
    void eachIsTaken() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<Documented> all = new ArrayList<>();
        for (Path document : documents()) {
            all.addAll(commands(ROOT.relativize(document).toString(), Files.readString(document)));
        }
        for (Documented each : all) {
            try {
                Main.parse(words(each.command), ROOT);
            } catch (UsageException e) {
                if (!each.named || !e.getMessage().endsWith(" is needed")) {
                    wrong.add(each.where + ": compositor " + each.command + ": " + e.getMessage());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(all).hasSizeGreaterThan(AT_LEAST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`compositor walk`",
                "    $ bin/compositor status --jason",
                "    compositor kick --reasons x\n",
                "    compositor run [--prot 8081]",
                "    exec: [\"x\", \"`compositor camera fly`\"]"
            })
    void aWrongOneIsFound(String text) {
        List<Documented> found = commands("text", text);
        assertThat(found).hasSize(1);
        assertThatThrownBy(() -> Main.parse(words(found.get(0).command), ROOT)).isInstanceOf(UsageException.class);
    }

    @Test
    void whatStandsAroundItDoesNotCount() {
        assertThat(commands(
                        "text",
                        "    compositor connect -w probe --json | head\n"
                                + "    compositor displays      the displays\n"
                                + "    compositor drain --over 30s \\\n        --wait   # and then\n"
                                + "    runuser -u x -- compositor key new --role view --name \"a b\" > key\n"))
                .extracting(each -> words(each.command))
                .containsExactly(
                        List.of("connect", "-w", "probe", "--json"),
                        List.of("displays"),
                        List.of("drain", "--over", "30s", "--wait"),
                        List.of("key", "new", "--role", "view", "--name", "a b"));
    }

    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>();
        walk(ROOT, found);
        return found;
    }

    private static void walk(Path folder, List<Path> found) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            for (Path each : list.sorted().toList()) {
                String name = each.getFileName().toString();
                if (Files.isDirectory(each) && !BUILT.contains(name)) {
                    walk(each, found);
                } else if (Files.isRegularFile(each) && DOCUMENT.matcher(name).matches()) {
                    found.add(each);
                }
            }
        }
    }

    private static List<Documented> commands(String where, String text) {
        List<Documented> found = new ArrayList<>();
        String whole = text.replaceAll("\\\\\\n\\s*", "");
        for (Pattern code : List.of(SPAN, CODE)) {
            for (MatchResult each : code.matcher(whole).results().toList()) {
                Matcher command = COMMAND.matcher(each.group(1));
                if (!each.group(1).contains("`") && command.find()) {
                    boolean named = code == SPAN && command.group(1).matches("[a-z ]+");
                    found.add(new Documented(where, command.group(1), named));
                }
            }
        }
        return found;
    }

    /** As a shell splits them; what a synopsis has in brackets is there, and what stands behind two blanks is not. */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        String plain = command.replaceAll("[\\[\\]]", "").replaceAll("(\\s{2,}|\\s#).*", "");
        Matcher word = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)").matcher(plain);
        while (word.find()) {
            words.add(Stream.of(word.group(1), word.group(2), word.group(3))
                    .filter(each -> each != null)
                    .findFirst()
                    .orElseThrow());
        }
        return words;
    }
}
