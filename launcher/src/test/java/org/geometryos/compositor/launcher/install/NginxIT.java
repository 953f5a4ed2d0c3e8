package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for nginx, with nginx and the distribution. */
@Tag("long")
class NginxIT {
    private static final Path COMMAND = Path.of(System.getProperty("compositor.distribution", "target/compositor"))
            .toAbsolutePath()
            .resolve("bin/compositor");
    private static final Path EXAMPLE =
            Path.of("../docs/examples/nginx/compositor.conf").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration READY = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void passesOnAllThatDisplaysNeed() throws Exception {
        assumeTrue(Shell.has("nginx"), "needs nginx");
        Path conf = Files.createDirectory(folder.resolve("conf"));
        Path key = folder.resolve("key");
        Files.writeString(
                key,
                Shell.run(
                                LIMIT,
                                COMMAND.toString(),
                                "key",
                                "new",
                                "--conf",
                                conf.toString(),
                                "--role",
                                "admin",
                                "--name",
                                "operator")
                        .good());
        int port = bridge(conf);
        String site = "127.0.0.1:" + nginx(port);

        assertThat(get("http://" + site + "/bridge?camera2d=tour").headers().firstValue("location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/bridge/?camera2d=tour"));
        assertThat(get("http://" + site + "/bridge/").statusCode()).isEqualTo(200);
        assertThat(get("http://" + site + "/bridge/wall/left").statusCode()).isEqualTo(200);
        assertThat(get("http://" + site + "/bridge/health/ready").body()).contains("up");
        assertThat(get("http://" + site + "/bridge/compositor/settings").statusCode())
                .as("nobody behind a proxy is on this machine")
                .isEqualTo(401);
        String verified = Shell.run(
                        LIMIT,
                        COMMAND.toString(),
                        "verify",
                        "--url",
                        "ws://" + site + "/bridge/compositor",
                        "--key-file",
                        key.toString())
                .good();
        assertThat(verified).containsPattern("(?m)^OK +resume ").containsPattern("(?m)^OK +updates ");
    }

    private int bridge(Path conf) throws Exception {
        int port = FreePort.next();
        Process process = start(
                "bridge",
                COMMAND.toString(),
                "run",
                "--no-restart",
                "--port",
                "" + port,
                "--conf",
                conf.toString(),
                "--data",
                folder.resolve("data").toString());
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        await(process, "bridge", () -> output.ready());
        assertThat(output.readLine()).startsWith("ready ");
        return port;
    }

    private int nginx(int bridge) throws Exception {
        int port = FreePort.next();
        Path example = folder.resolve("compositor.conf");
        String text = Files.readString(EXAMPLE);
        assertThat(text).contains("127.0.0.1:8081");
        Files.writeString(example, text.replace("127.0.0.1:8081", "127.0.0.1:" + bridge));
        Path main = folder.resolve("nginx.conf");
        Files.writeString(main, """
                daemon off;
                master_process off;
                pid FOLDER/nginx.pid;
                error_log stderr warn;
                events {}
                http {
                    access_log off;
                    client_body_temp_path FOLDER/body;
                    proxy_temp_path FOLDER/proxy;
                    fastcgi_temp_path FOLDER/fastcgi;
                    uwsgi_temp_path FOLDER/uwsgi;
                    scgi_temp_path FOLDER/scgi;
                    server {
                        listen 127.0.0.1:PORT;
                        include FOLDER/compositor.conf;
                    }
                }
                """.replace("FOLDER", folder.toString()).replace("PORT", "" + port));
        Shell.run(LIMIT, "nginx", "-t", "-c", main.toString()).good();
        Process process = start("nginx", "nginx", "-c", main.toString());
        await(process, "nginx", () -> answers(port));
        return port;
    }

    private static boolean answers(int port) {
        try {
            return get("http://127.0.0.1:" + port + "/").statusCode() > 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private Process start(String name, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        started.add(process);
        return process;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(Process process, String name, Condition condition) throws Exception {
        long limit = System.nanoTime() + READY.toNanos();
        while (!condition.holds()) {
            assertThat(process.isAlive() && System.nanoTime() < limit)
                    .as("%s is ready; it said: %s", name, Files.readString(folder.resolve(name + ".err")))
                    .isTrue();
            Thread.sleep(20);
        }
    }

    private static HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri)).timeout(LIMIT).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
