package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS. */
class TlsTest {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    @TempDir
    Path folder;

    private Mosquitto mosquitto(String name) throws Exception {
        assumeTrue(Files.isExecutable(OPENSSL), "there is no " + OPENSSL);
        Process process = new ProcessBuilder(
                        OPENSSL.toString(),
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=broker",
                        "-addext",
                        "subjectAltName=" + name,
                        "-keyout",
                        folder.resolve("key.pem").toString(),
                        "-out",
                        folder.resolve("cert.pem").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Mosquitto.start(
                folder, "certfile " + folder.resolve("cert.pem"), "keyfile " + folder.resolve("key.pem"));
    }

    private void becomes(Mosquitto mosquitto, Predicate<SourceHealth> health, String... pairs) throws Exception {
        Map<String, Object> properties =
                new HashMap<>(Map.of("url", "mqtts://127.0.0.1:" + mosquitto.port(), "out", "* -> out/{camera}"));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        Broker broker = new Broker("tls", Codecs.json());
        try {
            broker.configure(Settings.of(properties, Codecs.json()));
            broker.start();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!health.test(broker.health())) {
                assertThat(System.nanoTime()).as(broker.health().toString()).isLessThan(end);
                Thread.sleep(10);
            }
        } finally {
            broker.stop(false);
        }
    }

    private static boolean ok(SourceHealth health) {
        return health.status() == SourceHealth.Status.OK;
    }

    @Test
    void aTrustedCertificateOfTheHostLetsIn() throws Exception {
        try (Mosquitto mosquitto = mosquitto("IP:127.0.0.1")) {
            becomes(mosquitto, TlsTest::ok, "trust", folder.resolve("cert.pem").toString());
            becomes(mosquitto, health -> health.message().contains("certification path"));
            becomes(
                    mosquitto,
                    health -> health.message().contains("trust must be a file with certificates"),
                    "trust",
                    folder.resolve("none.pem").toString());
        }
    }

    @Test
    void aCertificateOfAnotherNameIsRefusedUnlessNamesDoNotMatter() throws Exception {
        try (Mosquitto mosquitto = mosquitto("DNS:elsewhere.example")) {
            String trust = folder.resolve("cert.pem").toString();
            becomes(mosquitto, health -> health.message().contains("127.0.0.1 found"), "trust", trust);
            becomes(mosquitto, TlsTest::ok, "trust", trust, "verifyName", "false");
        }
    }
}
