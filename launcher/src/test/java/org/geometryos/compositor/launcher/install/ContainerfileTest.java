package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.geometryos.compositor.launcher.Main;
import org.junit.jupiter.api.Test;

/** The example of an image, as it stands; {@link ContainerIT} builds and runs it. */
class ContainerfileTest {
    private static final Path CONTAINERFILE = Path.of("../docs/examples/container/Containerfile");
    private static final Pattern WORDS = Pattern.compile("\"([^\"]*)\"");

    /** A line with those that continue it. */
    private record Instruction(String name, String value) {}

    private static List<Instruction> instructions() throws IOException {
        return Files.readString(CONTAINERFILE)
                .replaceAll("(?m)^\\s*#.*\\n", "")
                .replaceAll("\\\\\\n\\s*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> new Instruction(line.split(" ", 2)[0], line.split(" ", 2)[1]))
                .toList();
    }

    /** Those of what is built in the end. */
    private static List<Instruction> last() throws IOException {
        List<Instruction> last = new ArrayList<>();
        for (Instruction each : instructions()) {
            if (each.name.equals("FROM")) {
                last.clear();
            }
            last.add(each);
        }
        return last;
    }

    private static String only(String name) throws IOException {
        List<String> values = last().stream()
                .filter(each -> each.name.equals(name))
                .map(Instruction::value)
                .toList();
        assertThat(values).as(name).hasSize(1);
        return values.get(0);
    }

    private static List<String> words(String json) {
        return WORDS.matcher(json).results().map(word -> word.group(1)).toList();
    }

    @Test
    void isMadeOfTheArchiveThatTheBuildMakes() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(pom).contains("<finalName>compositor-${project.version}</finalName>");
        List<String> copied = instructions().stream()
                .filter(each -> each.name.equals("COPY") && !each.value.contains("--from="))
                .map(each -> each.value.split(" ")[0])
                .toList();
        assertThat(copied).hasSize(1);
        assertThat(FileSystems.getDefault()
                        .getPathMatcher("glob:" + copied.get(0))
                        .matches(Path.of("compositor-0.1.0-SNAPSHOT.tar.gz")))
                .isTrue();
    }

    @Test
    void whatComesFromTheFirstStageIsMadeThere() throws IOException {
        String run = instructions().stream()
                .filter(each -> each.name.equals("RUN"))
                .map(Instruction::value)
                .findFirst()
                .orElseThrow();
        assertThat(last().stream()
                        .filter(each -> each.name.equals("COPY"))
                        .map(each -> each.value.replaceAll("--\\S+ ", "").split(" ")[0]))
                .isNotEmpty()
                .allMatch(source -> Arrays.asList(run.split("[ =]")).contains(source));
    }

    @Test
    void theUserIsANumberAndNotRoot() throws IOException {
        assertThat(only("USER")).matches("[1-9]\\d+:[1-9]\\d+");
    }

    @Test
    void theCommandsAreTaken() throws Exception {
        List<String> health = words(only("HEALTHCHECK").replaceFirst(".*CMD ", ""));
        assertThat(health.get(0)).isEqualTo(words(only("ENTRYPOINT")).get(0));
        Main.parse(health.subList(1, health.size()), Path.of("/opt/compositor"));
        List<String> run = words(only("CMD"));
        Main.parse(run, Path.of("/opt/compositor"));
        assertThat(run.get(run.indexOf("--data") + 1)).isEqualTo(only("VOLUME"));
    }
}
