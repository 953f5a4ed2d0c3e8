package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The distribution with TLS, as its documentation says how. */
record Encrypted(Path distribution, AtomicInteger port) implements Contender {
    private static final String PASSWORD = "of the benchmark";
    private static final int ATTEMPTS = 300;
    private static final int PAUSE_MILLIS = 100;

    Encrypted(Path distribution) {
        this(distribution, new AtomicInteger());
    }

    @Override
    public String name() {
        return "TLS";
    }

    @Override
    public Server start(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("key.p12").toAbsolutePath();
        makeKey(store);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port.set(free.getLocalPort());
        }
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "org.apache.felix.http.cfg",
                String.join(
                        "\n",
                        "org.apache.felix.https.enable = true",
                        "org.osgi.service.http.port.secure = " + port,
                        "org.apache.felix.https.keystore = " + store,
                        "org.apache.felix.https.keystore.type = PKCS12",
                        "org.apache.felix.https.keystore.password = " + PASSWORD,
                        ""));
        Server server = new Product(name(), distribution, settings, Map.of()).start(folder);
        try {
            awaitPort();
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static void makeKey(Path store) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "compositor",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !Files.exists(store)) {
            throw new IOException("keytool made no key: " + printed);
        }
    }

    /** The host says that it is ready before its second port is open. */
    private void awaitPort() throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.get()), PAUSE_MILLIS);
                return;
            } catch (IOException e) {
                if (i == ATTEMPTS) {
                    throw new IOException("port " + port + " of HTTPS did not open", e);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    @Override
    public Load load(Server server, Path folder) throws IOException {
        return Load.startTls(port.get(), form().subprotocol, folder);
    }

    @Override
    public String sourcePath() {
        return "/compositor";
    }

    @Override
    public List<String> sourceGreetings() {
        return List.of("{\"type\":\"hello\",\"display\":\"source-#\"}");
    }

    @Override
    public boolean java() {
        return true;
    }
}
