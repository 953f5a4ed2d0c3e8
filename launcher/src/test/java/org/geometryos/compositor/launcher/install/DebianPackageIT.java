package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian package in a Debian system of its own, from its installation to its end. There is no systemd in it: the
 * host is started as its unit says.
 */
@Tag("long")
class DebianPackageIT {
    private static final Path TARGET = Path.of(System.getProperty("compositor.distribution", "target/compositor"))
            .toAbsolutePath()
            .getParent();
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration READY = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final String USER = "compositor-bridge";
    /** In a mount namespace of its own, which goes with the process. */
    private static final String MOUNT = "set -e; mount --bind \"$0\" \"$0\"; mount -t proc proc \"$0/proc\"; ";
    /** What {@code ProtectSystem=strict}, {@code StateDirectory} and {@code PrivateTmp} leave to be written. */
    private static final String READ_ONLY = "data=\"$0/var/lib/compositor-bridge\"; mount --bind \"$data\" \"$data\"; "
            + "mount -t tmpfs tmpfs \"$0/tmp\"; mount -o remount,bind,ro \"$0\"; ";

    private static final String ENTER = "exec chroot \"$0\" \"$@\"";

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path root;
    private Path deb;
    private int port;

    @BeforeEach
    void aDebianSystem() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to make a Debian system");
        for (String program : List.of("mmdebstrap", "dpkg-deb", "unshare", "setpriv")) {
            assumeTrue(Shell.has(program), "needs " + program);
        }
        deb = packageFile();
        Path system = DebianSystem.archive(folder);
        root = Files.createDirectory(folder.resolve("root"));
        Shell.run(LIMIT, "tar", "-C", root.toString(), "-xf", system.toString()).good();
        port = FreePort.next();
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void isInstalledRunUpgradedRemovedAndPurged() throws Exception {
        inside("dpkg", "-i", copy(deb)).good();
        assertThat(inside("sh", "-c", "stat -c '%U %a' /etc/compositor-bridge /var/lib/compositor-bridge")
                        .good())
                .isEqualTo((USER + " 700\n").repeat(2));
        assertThat(inside("dpkg", "--verify", "compositor-bridge").good()).isEmpty();
        assertThat(file("etc/systemd/system/multi-user.target.wants/compositor-bridge.service"))
                .isSymbolicLink();

        edit("etc/default/compositor-bridge", "--port 8081", "--port " + port);
        String key = asUser("compositor", "key", "new", "--role", "admin", "--name", "operator")
                .good();
        Files.writeString(file("etc/operator.key"), key);
        Files.setPosixFilePermissions(file("etc/operator.key"), PosixFilePermissions.fromString("rw-------"));

        Process killed = start();
        assertThat(status()).isZero();
        killed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        stop(start());
        assertThat(Files.readString(errors(2)))
                .as("lines of the journal, with their levels")
                .containsPattern("(?m)^<[3-7]>")
                .doesNotContain("<3>");
        asUser(
                        "sh",
                        "-c",
                        "mkdir -p /var/lib/compositor-bridge/models && echo mine > /var/lib/compositor-bridge/models/note")
                .good();

        inside("dpkg", "--force-confdef", "--force-confold", "-i", copy(higher()))
                .good();
        assertThat(inside("dpkg-query", "-W", "-f", "${Version} ${Status}", "compositor-bridge")
                        .good())
                .isEqualTo("99.0 install ok installed");
        assertThat(file("etc/default/compositor-bridge")).content().contains("--port " + port);
        assertThat(file("var/lib/compositor-bridge/models/note")).hasContent("mine");
        Process upgraded = start();
        assertThat(status()).as("the key of before is known").isZero();
        stop(upgraded);

        inside("dpkg", "-r", "compositor-bridge").good();
        assertThat(file("usr/share/compositor-bridge")).doesNotExist();
        assertThat(file("usr/lib/systemd/system/compositor-bridge.service")).doesNotExist();
        assertThat(file("var/lib/compositor-bridge/models/note")).hasContent("mine");
        assertThat(file("etc/default/compositor-bridge")).content().contains("--port " + port);
        assertThat(file("etc/compositor-bridge/org.geometryos.compositor.endpoint.key~operator.cfg"))
                .exists();

        inside("dpkg", "-P", "compositor-bridge").good();
        assertThat(left()).isEmpty();
        assertThat(file("etc/passwd")).content().doesNotContain(USER);
    }

    /** All that bears its name, but for what dpkg keeps about packages that it knows. */
    private List<Path> left() throws IOException {
        List<Path> left = new ArrayList<>();
        for (String top : List.of("etc", "usr", "var/lib", "run")) {
            try (Stream<Path> files = Files.walk(file(top))) {
                files.filter(path -> path.getFileName().toString().contains("compositor"))
                        .forEach(left::add);
            }
        }
        return left;
    }

    /** As the service manager does it: command line, environment, user and folder of the unit. */
    private Process start() throws Exception {
        String unit = Files.readString(file("usr/lib/systemd/system/compositor-bridge.service"));
        String defaults = Files.readString(file("etc/default/compositor-bridge"));
        assertThat(value(unit, "User")).isEqualTo(USER);
        String line = value(unit, "ExecStart")
                .replace(
                        "$COMPOSITOR_OPTIONS",
                        value(defaults, "COMPOSITOR_OPTIONS").replace("\"", ""));
        List<String> command = new ArrayList<>(userCommand());
        command.addAll(List.of(line.split(" +")));
        assertThat(unit).contains("\nProtectSystem=strict\n", "\nStateDirectory=" + USER + "\n", "\nPrivateTmp=yes\n");
        ProcessBuilder builder = new ProcessBuilder(enter(MOUNT + READ_ONLY + ENTER, command));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("JAVA_OPTS", value(defaults, "JAVA_OPTS").replace("\"", ""));
        Process process =
                builder.redirectError(errors(started.size() + 1).toFile()).start();
        started.add(process);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        long limit = System.nanoTime() + READY.toNanos();
        while (!output.ready() && process.isAlive() && System.nanoTime() < limit) {
            Thread.sleep(20);
        }
        assertThat(output.ready() ? output.readLine() : null)
                .as("the ready line; standard error: %s", Files.readString(errors(started.size())))
                .startsWith("ready http://localhost:" + port + "/");
        return process;
    }

    private static void stop(Process process) throws InterruptedException {
        process.toHandle().destroy();
        assertThat(process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private int status() throws Exception {
        return inside(
                        "compositor",
                        "status",
                        "--url",
                        "ws://127.0.0.1:" + port + "/compositor",
                        "--key-file",
                        "/etc/operator.key")
                .code();
    }

    private Path errors(int start) {
        return folder.resolve("errors-" + start);
    }

    private static String value(String text, String name) {
        List<MatchResult> lines = Pattern.compile("(?m)^" + name + "=(.*)$")
                .matcher(text)
                .results()
                .toList();
        assertThat(lines).as(name).hasSize(1);
        return lines.get(0).group(1);
    }

    /** The same package with another version and other defaults. */
    private Path higher() throws Exception {
        Path content = folder.resolve("higher");
        Shell.run(LIMIT, "dpkg-deb", "-R", deb.toString(), content.toString()).good();
        Path control = content.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceAll("(?m)^Version: .*$", "Version: 99.0"));
        Files.writeString(
                content.resolve("etc/default/compositor-bridge"), "# of the next version\n", StandardOpenOption.APPEND);
        Path higher = folder.resolve("compositor-bridge_99.0_all.deb");
        Shell.run(LIMIT, "dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", content.toString(), higher.toString())
                .good();
        return higher;
    }

    private static Path packageFile() throws IOException {
        try (Stream<Path> files = Files.list(TARGET)) {
            var named = FileSystems.getDefault().getPathMatcher("glob:compositor-bridge_*_all.deb");
            List<Path> found = files.filter(file -> named.matches(file.getFileName()))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
            assumeTrue(!found.isEmpty(), "needs the package, which mvn -Pdist and mvn -Plong make");
            assertThat(found).as("packages").hasSize(1);
            return found.get(0);
        }
    }

    /** @return where it is in the Debian system */
    private String copy(Path file) throws IOException {
        Files.copy(file, file("tmp/" + file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return "/tmp/" + file.getFileName();
    }

    private void edit(String name, String old, String next) throws IOException {
        String text = Files.readString(file(name));
        assertThat(text).contains(old);
        Files.writeString(file(name), text.replace(old, next));
    }

    private Path file(String name) {
        return root.resolve(name);
    }

    private Shell.Result asUser(String... command) throws Exception {
        List<String> all = new ArrayList<>(userCommand());
        all.addAll(List.of(command));
        return Shell.run(LIMIT, enter(MOUNT + ENTER, all));
    }

    private Shell.Result inside(String... command) throws Exception {
        return Shell.run(LIMIT, enter(MOUNT + ENTER, List.of(command)));
    }

    private static List<String> userCommand() {
        return List.of("setpriv", "--reuid", USER, "--regid", USER, "--init-groups", "--no-new-privs");
    }

    private List<String> enter(String script, List<String> command) {
        List<String> all =
                new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script));
        all.add(root.toString());
        all.addAll(command);
        return all;
    }
}
