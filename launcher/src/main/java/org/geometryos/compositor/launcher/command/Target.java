package org.geometryos.compositor.launcher.command;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * Where a command connects, and how.
 *
 * @param uri of the endpoint: ws or wss, with a path
 * @param tls whom to trust at wss; empty: whom Java trusts
 * @param cbor whether to speak CBOR rather than JSON
 */
public record Target(URI uri, Optional<Key> key, Optional<SSLContext> tls, boolean cbor) {
    static final String PATH = "/compositor";
    private static final String RULE = "must be ws://HOST:PORT/compositor or wss://HOST:PORT/compositor";

    /**
     * Reads an address as people write it: with http and https in place of ws and wss, and without the path.
     *
     * @param where it comes from, for the message
     */
    static URI address(String where, String text) throws FailedException {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new FailedException(where + shown(text) + ": " + RULE);
        }
        String scheme = uri.getScheme() == null ? "" : switch (uri.getScheme().toLowerCase(java.util.Locale.ROOT)) {
            case "ws", "http" -> "ws";
            case "wss", "https" -> "wss";
            default -> "";
        };
        if (scheme.isEmpty() || uri.getHost() == null) {
            throw new FailedException(where + shown(text) + ": " + RULE);
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new FailedException(where + ": " + RULE + ", without user, query and fragment; a key has no place in it");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new FailedException(where + shown(text) + ": the port must lie in 1 to 65535");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() || uri.getRawPath().equals("/") ? PATH : uri.getRawPath();
        return URI.create(scheme + "://" + uri.getRawAuthority() + path);
    }

    /** The text, unless it has a place where a secret may stand. */
    private static String shown(String text) {
        return text.chars().anyMatch(c -> c == '@' || c == '?' || c == '#') ? "" : " " + Console.plain(text);
    }

    public boolean secure() {
        return uri.getScheme().equals("wss");
    }

    public int port() {
        return uri.getPort() > 0 ? uri.getPort() : secure() ? 443 : 80;
    }

    /** Without the brackets of an IPv6 address. */
    public String host() {
        return uri.getHost().replaceAll("^\\[|\\]$", "");
    }

    /** The path at which the server tells whether it would take a connection. */
    public String statusPath() {
        return uri.getRawPath() + "/status";
    }

    /** The same as an HTTP address. */
    URI status() {
        return URI.create((secure() ? "https" : "http") + "://" + uri.getRawAuthority() + statusPath());
    }
}
