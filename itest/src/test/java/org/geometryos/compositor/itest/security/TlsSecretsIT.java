package org.geometryos.compositor.itest.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.Test;

/**
 * What the HTTP service's configuration refers to is wrong, is mended, and is renewed, and the configuration file stays
 * as it is.
 */
class TlsSecretsIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String PASSWORD = "open the sesame 17";

    private static void makeStore(Path store, String name) throws Exception {
        Path made = store.resolveSibling("made.p12");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "compositor",
                        "-keyalg",
                        "EC",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        made.toString(),
                        "-storepass",
                        PASSWORD,
                        "-keypass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        Files.move(made, store, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The name in the certificate that a port shows, or why it shows none. */
    private static String shown(int port) throws Exception {
        SSLContext any = SSLContext.getInstance("TLS");
        any.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                new SecureRandom());
        try (SSLSocket socket = (SSLSocket) any.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 20_000);
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void aWrongPasswordClosesThePortAndWhatIsMendedOrRenewedCountsAtOnce() throws Exception {
        int port = FreePort.next();
        try (DistributionProcess distribution = DistributionProcess.fresh("tls-secrets")) {
            Path store = distribution.conf().resolve("key.p12");
            Path secret = Files.createDirectories(distribution.conf().resolve("secrets"))
                    .resolve("keystore-password");
            makeStore(store, "first");
            Files.writeString(secret, "not the sesame 99");
            distribution.configure(
                    "org.apache.felix.http",
                    "org.apache.felix.https.enable = true",
                    "org.osgi.service.http.port.secure = " + port,
                    "org.apache.felix.https.keystore = " + store,
                    "org.apache.felix.https.keystore.type = PKCS12",
                    "org.apache.felix.https.keystore.password = $[secret:keystore-password]");
            distribution.start();
            Waiting.until(
                    LIMIT,
                    () -> "the line about the password; it printed:\n" + distribution.log(),
                    () -> distribution
                            .logFile()
                            .contains(store
                                    + " cannot be opened: wrong org.apache.felix.https.keystore.password; "
                                    + "HTTPS is not offered"));
            assertFalse(isOpen(port), "a port that answers nothing");

            Files.writeString(secret, PASSWORD + "\n");
            Waiting.until(
                    LIMIT,
                    () -> "HTTPS; it printed:\n" + distribution.log(),
                    () -> shown(port).equals("CN=first"));
            Waiting.until(
                    LIMIT,
                    "the line that says so",
                    () -> distribution.logFile().contains("https://localhost:" + port + "/ is up"));

            makeStore(store, "second");
            Waiting.until(
                    LIMIT,
                    () -> "the renewed certificate; it printed:\n" + distribution.log(),
                    () -> shown(port).equals("CN=second"));

            Files.writeString(store, "damaged");
            Waiting.until(
                    LIMIT,
                    "a line about a damaged key store",
                    () -> distribution.logFile().contains("the previous one stays in force"));
            assertEquals("CN=second", shown(port));
            assertFalse(distribution.logFile().contains("org.eclipse.jetty"), distribution::log);
            assertFalse(distribution.logFile().contains("sesame"), "a password stands in the log");
            distribution.stop();
        }
    }
}
