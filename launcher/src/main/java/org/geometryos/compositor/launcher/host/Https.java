package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTPS as the HTTP service's configuration has it: looked at before the HTTP service gets it, as that would leave a
 * port that takes connections and answers none, and looked after until it answers.
 */
final class Https {
    static final String PID = "org.apache.felix.http";
    static final String ENABLE = "org.apache.felix.https.enable";
    /** Why HTTPS is not offered although the file asks for it. */
    static final String REFUSED = ".compositor.refused";

    private static final Logger LOG = LoggerFactory.getLogger(Https.class);
    private static final String PORT = "org.osgi.service.http.port.secure";
    private static final String STORE = "org.apache.felix.https.keystore";
    private static final String TRUST = "org.apache.felix.https.truststore";
    private static final int DEFAULT_PORT = 8443;
    /** When the health says that it does not answer, and when the log does: a start may take its time. */
    private static final long HINT_NANOS = 3_000_000_000L;

    private static final long LIMIT_NANOS = 30_000_000_000L;
    private static final long PACE_NANOS = 2_000_000_000L;
    private static final int CONNECT_MILLIS = 2_000;
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\$\\[(env|secret):([^;\\]]+)(?:;default=([^\\]]*))?\\]");

    private final BundleContext context;
    private final Path secrets;
    // the thread that looks at the files
    private int awaited;
    private boolean good;
    private long since;
    private long looked;
    private boolean complained;
    /** Whether another program had the port when it was looked at last. */
    private boolean occupied;

    private boolean freed;
    private volatile String problem;

    Https(BundleContext context, Path secrets) {
        this.context = context;
        this.secrets = secrets;
    }

    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** What is wrong with the key store or the trust store, if anything is. No message quotes a password. */
    Optional<String> check(Map<String, Object> properties) {
        if (!"true".equalsIgnoreCase(text(properties, ENABLE))) {
            return Optional.empty();
        }
        return open(properties, STORE, true)
                .or(() -> text(properties, TRUST).isEmpty() ? Optional.empty() : open(properties, TRUST, false));
    }

    private Optional<String> open(Map<String, Object> properties, String name, boolean keys) {
        Optional<Path> path = path(text(properties, name));
        if (path.isEmpty()) {
            return Optional.of(name + " must name a file");
        }
        String type = text(properties, name + ".type");
        String password = text(properties, name + ".password");
        for (String key : new String[] {name + ".password", name + ".key.password"}) {
            if (text(properties, key).contains("$[")) {
                return Optional.of(key + " refers to something that is not there");
            }
        }
        try (InputStream in = Files.newInputStream(path.get())) {
            KeyStore store = KeyStore.getInstance(type.isEmpty() ? "JKS" : type);
            store.load(in, password.isEmpty() ? null : password.toCharArray());
            if (!keys) {
                return Optional.empty();
            }
            String own = text(properties, name + ".key.password");
            boolean any = false;
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    store.getKey(alias, (own.isEmpty() ? password : own).toCharArray());
                    any = true;
                }
            }
            return any ? Optional.empty() : Optional.of("the key store " + path.get() + " holds no private key");
        } catch (GeneralSecurityException e) {
            return Optional.of("the key in " + path.get() + " cannot be opened: "
                    + (e instanceof UnrecoverableKeyException ? "wrong " + name + ".key.password" : e.getMessage()));
        } catch (IOException e) {
            boolean wrong = e.getCause() instanceof GeneralSecurityException;
            return Optional.of("the key store " + path.get() + " cannot be opened: "
                    + (wrong
                            ? "wrong " + name + ".password"
                            : DataFolder.reason(e) + " (is " + name + ".type right?)"));
        }
    }

    /** A file's name as the HTTP service takes it, with what its placeholders stand for. */
    Optional<Path> path(String name) {
        String text = resolved(name);
        try {
            return text.isBlank() || text.contains("$[")
                    ? Optional.empty()
                    : Optional.of(
                            text.startsWith("file:")
                                    ? Path.of(URI.create(text))
                                    : Path.of(text).toAbsolutePath());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String text(Map<String, Object> properties, String key) {
        Object value = properties.containsKey(key) ? properties.get(key) : context.getProperty(key);
        return value == null ? "" : resolved(value.toString());
    }

    /** As Config Admin's plugin for placeholders does it; what stands for nothing stays. */
    private String resolved(String text) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), found.group(2))
                        .orElse(found.group(3) == null ? found.group() : found.group(3))));
    }

    private Optional<String> value(String kind, String name) {
        if (kind.equals("env")) {
            return Optional.ofNullable(System.getenv(name));
        }
        try {
            return Optional.of(Files.readString(secrets.resolve(name), StandardCharsets.UTF_8)
                    .strip());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The HTTP service has got another configuration. */
    void told(Map<String, Object> properties) {
        boolean was = good;
        problem = null;
        awaited = 0;
        complained = false;
        occupied = false;
        freed = false;
        good = false;
        if ("true".equalsIgnoreCase(text(properties, ENABLE))) {
            String port = text(properties, PORT);
            awaited = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : DEFAULT_PORT;
            since = System.nanoTime();
            good = true;
        } else if (was) {
            LOG.info("HTTPS is not offered any more");
        }
    }

    /** Whether the HTTP service was last told something that opens HTTPS. */
    boolean isGood() {
        return good;
    }

    /** Looks until HTTPS answers; says so, or that it does not within the limit. */
    void look() {
        if (awaited == 0) {
            return;
        }
        String host = context.getProperty("org.apache.felix.http.host");
        String shown = host == null || host.equals("0.0.0.0") || host.equals("::") || host.startsWith("127.")
                ? "localhost"
                : host.contains(":") ? "[" + host + "]" : host;
        long now = System.nanoTime();
        if (problem != null && now - looked < PACE_NANOS) {
            return;
        }
        looked = now;
        String address = "https://" + shown + ":" + awaited + "/";
        Optional<String> failure = handshake(
                host == null || host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host, awaited);
        if (failure.isEmpty()) {
            LOG.info("{} is up", address);
            problem = null;
            awaited = 0;
        } else if (now - since >= HINT_NANOS) {
            problem = address + " does not answer: "
                    + (occupied ? "port " + awaited + " is taken by another program" : failure.get());
            if (!complained && now - since >= LIMIT_NANOS) {
                complained = true;
                LOG.error("{}", problem);
            }
        }
    }

    /** Whether the port was another program's and is free now: the HTTP service does not look again by itself. */
    boolean freed() {
        return freed;
    }

    private Optional<String> handshake(String host, int port) {
        try {
            SSLContext any = SSLContext.getInstance("TLS");
            any.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
            try (SSLSocket socket = (SSLSocket) any.getSocketFactory().createSocket()) {
                try {
                    socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
                } catch (ConnectException e) {
                    // a program may have the port and not listen; the HTTP service, which may be about to take it, goes
                    // first
                    boolean taken = System.nanoTime() - since >= HINT_NANOS && taken(host, port);
                    freed = occupied && !taken;
                    occupied = taken;
                    throw e;
                }
                socket.setSoTimeout(CONNECT_MILLIS);
                occupied = true;
                socket.startHandshake();
                occupied = false;
                return Optional.empty();
            }
        } catch (IOException | GeneralSecurityException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean taken(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the port speaks TLS is all that is asked of it. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
