package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of the example, built and run by Podman on a Debian system with Java. */
@Tag("long")
class ContainerIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path CONTAINERFILE =
            Path.of("../docs/examples/container/Containerfile").toAbsolutePath();
    private static final Duration BUILD = Duration.ofMinutes(6);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String NAME = "compositor-bridge-under-test";

    @TempDir
    Path folder;

    /** Another one where the usual one does not work, as in older control groups. */
    private List<String> runtime = List.of();

    private Path conf;
    private Path data;
    private int port;

    @BeforeEach
    void anImage() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Shell.has("podman"), "needs podman");
        assumeTrue(archive(), "needs the archive, which mvn -Pdist makes");
        Path system = DebianSystem.archive(folder);
        Shell.Result base = podman(BUILD, "import", system.toString(), "localhost/base");
        assumeTrue(base.code() == 0, () -> "podman does not work here: " + base.output());
        // what fails where this works is the example's fault
        Path nothing = Files.writeString(folder.resolve("Nothing"), "FROM localhost/base\nRUN true\n");
        Shell.Result built = podman(
                BUILD,
                "build",
                "--isolation=chroot",
                "-t",
                "localhost/nothing",
                "-f",
                nothing.toString(),
                folder.toString());
        assumeTrue(built.code() == 0, () -> "podman builds nothing here: " + built.output());
        podman(
                        BUILD,
                        "build",
                        "--isolation=chroot",
                        "--build-arg=BASE=localhost/base",
                        "--format=docker",
                        "-t",
                        "localhost/compositor-bridge",
                        "-f",
                        CONTAINERFILE.toString(),
                        TARGET.toString())
                .good();
        Shell.Result tried = run("--rm", "--no-healthcheck", "localhost/compositor-bridge", "--version");
        if (tried.code() != 0 && Shell.has("runc")) {
            runtime = List.of("--runtime=runc");
            tried = run("--rm", "--no-healthcheck", "localhost/compositor-bridge", "--version");
        }
        String why = tried.output();
        assumeTrue(tried.code() == 0, () -> "podman runs nothing here: " + why);
        conf = Files.createDirectory(folder.resolve("conf"));
        data = Files.createDirectory(folder.resolve("data"));
        Shell.run(LIMIT, "chown", "10001:10001", data.toString()).good();
        port = FreePort.next();
    }

    @AfterEach
    void removeAll() throws Exception {
        if (Shell.has("podman")) {
            podman(LIMIT, "rm", "-f", "-t", "5", NAME);
            podman(LIMIT, "rmi", "-a", "-f");
            // what the layers are made of belongs to others than who deletes the folder
            Shell.run(LIMIT, "rm", "-rf", folder.resolve("containers").toString());
        }
    }

    private static boolean archive() throws IOException {
        PathMatcher named = FileSystems.getDefault().getPathMatcher("glob:compositor-*.tar.gz");
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.anyMatch(file -> named.matches(file.getFileName()));
        }
    }

    @Test
    void runsWithoutRootOnAReadOnlyRootFilesystem() throws Exception {
        Shell.Result key = run(
                "--rm",
                "--no-healthcheck",
                "--user=0",
                "-v",
                conf + ":/conf",
                "localhost/compositor-bridge",
                "key",
                "new",
                "--role",
                "admin",
                "--name",
                "operator",
                "--conf",
                "/conf");
        String secret = key.good()
                .lines()
                .filter(line -> line.startsWith("cb_"))
                .findFirst()
                .orElseThrow();
        Shell.run(LIMIT, "chown", "-R", "10001:10001", conf.toString()).good();

        run(
                        "-d",
                        "--name=" + NAME,
                        // its timers would need systemd
                        "--health-interval=disable",
                        "--read-only",
                        "--read-only-tmpfs=false",
                        "--tmpfs=/tmp",
                        "--cap-drop=ALL",
                        "-e",
                        "JAVA_OPTS=-Xmx256m",
                        "-e",
                        "COMPOSITOR_URL=http://localhost:" + port,
                        "-v",
                        conf + ":/etc/compositor:ro",
                        "-v",
                        data + ":/data",
                        "localhost/compositor-bridge",
                        "run",
                        "--no-restart",
                        "--data",
                        "/data",
                        "--conf",
                        "/etc/compositor",
                        "--host",
                        "0.0.0.0",
                        "--no-demo",
                        "--port",
                        String.valueOf(port))
                .good();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!logs().contains("ready http://")) {
            assertThat(System.nanoTime()).as(logs()).isLessThan(end);
            assertThat(inspected("{{.State.Running}}")).as(logs()).isEqualTo("true");
            Thread.sleep(500);
        }
        podman(LIMIT, "healthcheck", "run", NAME).good();
        assertThat(inside("id", "-u").good().strip()).isEqualTo("10001");
        assertThat(inside("touch", "/opt/compositor/x").code()).isNotZero();
        assertThat(inside("sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline").good()).contains(" -Xmx256m ");
        assertThat(podman(LIMIT, "exec", "-e", "COMPOSITOR_KEY=" + secret, NAME, "compositor", "status")
                        .good())
                .contains("status      ok");
        podman(LIMIT, "stop", "-t", "20", NAME).good();
        assertThat(inspected("{{.State.ExitCode}}")).as(logs()).isEqualTo("0");
        assertThat(data.resolve("log/compositor.log")).exists();
    }

    /** With limits that this machine has, and its network, as another one would need rights of its own. */
    private Shell.Result run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("run", "--network=host", "--ulimit=nofile=4096:4096", "--ulimit=nproc=2048:2048"));
        all.addAll(List.of(arguments));
        return podman(LIMIT, all.toArray(String[]::new));
    }

    private String logs() throws Exception {
        return podman(LIMIT, "logs", NAME).output();
    }

    private String inspected(String format) throws Exception {
        return podman(LIMIT, "inspect", "-f", format, NAME).good().strip();
    }

    private Shell.Result inside(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("exec", NAME));
        all.addAll(List.of(command));
        return podman(LIMIT, all.toArray(String[]::new));
    }

    /** With images and containers of its own. */
    private Shell.Result podman(Duration limit, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root=" + folder.resolve("containers/root"),
                "--runroot=" + folder.resolve("containers/run"),
                "--storage-driver=overlay",
                "--cgroup-manager=cgroupfs",
                "--events-backend=none"));
        command.addAll(runtime);
        command.addAll(List.of(arguments));
        return Shell.run(limit, command);
    }
}
