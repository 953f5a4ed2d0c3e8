package org.geometryos.compositor.cluster.nats;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is configured.
 *
 * @param servers as URLs; empty: there is no engine
 * @param trust PEM; empty for what Java trusts
 */
record Settings(
        List<String> servers,
        String name,
        Optional<User> user,
        Optional<String> token,
        Optional<Path> trust,
        Stream stream) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final int MOST_SERVERS = 16;
    private static final int PORT = 4222;

    /** Who this host is at the servers. */
    record User(String name, String password) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** How a new stream is made. */
    record Stream(int replicas, boolean file, long bytes) {}

    Settings {
        servers = List.copyOf(servers);
    }

    /** Whether one of the servers wants TLS. */
    boolean tls() {
        return servers.stream().anyMatch(server -> server.startsWith("tls:"));
    }

    @Override
    public String toString() {
        return name + " at " + servers;
    }

    /** @throws IllegalArgumentException that names key and rule, and the value if it is no secret */
    static Settings of(NatsConfig config) {
        if (!NAME.matcher(config.name()).matches()) {
            throw new IllegalArgumentException(
                    "name must be 1 to 32 of A-Z a-z 0-9 _ -, not \"" + config.name() + "\"");
        }
        if (config.user().isEmpty() != config.password().isEmpty()) {
            throw new IllegalArgumentException("user and password must be given together");
        }
        if (!config.user().isEmpty() && !config.token().isEmpty()) {
            throw new IllegalArgumentException("token must not be given beside user");
        }
        for (String secret : List.of(config.password(), config.token())) {
            if (secret.contains("$[")) {
                throw new IllegalArgumentException(
                        "password and token must not contain an unresolved placeholder $[...]");
            }
        }
        return new Settings(
                servers(config.servers()),
                config.name(),
                config.user().isEmpty() ? Optional.empty() : Optional.of(new User(config.user(), config.password())),
                config.token().isEmpty() ? Optional.empty() : Optional.of(config.token()),
                config.trust().isBlank() ? Optional.empty() : Optional.of(Path.of(config.trust())),
                new Stream(config.replicas(), config.storage().equals("file"), config.bytes()));
    }

    private static List<String> servers(String text) {
        List<String> servers = new ArrayList<>();
        for (String each : text.split(",")) {
            if (!each.isBlank()) {
                servers.add(server(each.strip()));
            }
        }
        if (servers.size() > MOST_SERVERS) {
            throw new IllegalArgumentException("servers must be at most " + MOST_SERVERS + ", not " + servers.size());
        }
        return servers;
    }

    private static String server(String text) {
        try {
            URI uri = new URI(text);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            if (("nats".equals(uri.getScheme()) || "tls".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && (path.isEmpty() || path.equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() < 65_536) {
                return uri.getScheme() + "://" + uri.getHost() + ":" + (uri.getPort() < 0 ? PORT : uri.getPort());
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("servers must each be nats://HOST:PORT or tls://HOST:PORT, without user "
                + "and path, not " + (text.indexOf('@') >= 0 ? "one with a user" : "\"" + text + "\""));
    }
}
