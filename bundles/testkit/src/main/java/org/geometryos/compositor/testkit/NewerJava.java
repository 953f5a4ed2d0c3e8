package org.geometryos.compositor.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A newer Java than the one that runs the tests, for processes that a test starts. Any thread. */
public final class NewerJava {
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib/jvm"), Path.of("/opt/java"));

    private NewerJava() {}

    /**
     * The home of the newest Java of this machine, where it is of this version at least: the one that runs, or one in a
     * usual place.
     */
    public static Optional<Path> home(int least) {
        return Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"))),
                        PLACES.stream().flatMap(NewerJava::folders))
                .filter(home -> version(home).orElse(0) >= least)
                .max(Comparator.comparing(home -> version(home).orElse(0)));
    }

    private static Stream<Path> folders(Path place) {
        if (!Files.isDirectory(place)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(place)) {
            return folders.filter(home -> Files.isExecutable(home.resolve("bin/java"))).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static OptionalInt version(Path home) {
        try {
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() ? OptionalInt.of(Integer.parseInt(version.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
