package org.geometryos.compositor.launcher.command;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Where a command connects, and how.
 *
 * @param uri of the endpoint: ws or wss, with a path
 * @param tls whom to trust at wss; empty: whom Java trusts
 * @param cbor whether to speak CBOR rather than JSON
 */
public record Target(URI uri, Optional<ApiKey> key, Optional<SSLContext> tls, boolean cbor) {
    static final String PATH = "/compositor";
    /** A host's name and perhaps a port; with an @ it is none, as a secret may stand before that. */
    private static final Pattern AUTHORITY = Pattern.compile("([^@:\\[\\]]+)(:\\d*)?");

    private static final String RULE = "must be ws://HOST:PORT/compositor or wss://HOST:PORT/compositor";

    /**
     * Reads an address as people write it: with http and https in place of ws and wss, and without the path.
     *
     * @param where it comes from, for the message
     */
    static URI address(String where, String text) throws FailedException {
        URI uri;
        try {
            uri = withHost(where, new URI(text.strip()));
        } catch (URISyntaxException e) {
            throw new FailedException(where + shown(text) + ": " + RULE);
        }
        String scheme = uri.getScheme() == null
                ? ""
                : switch (uri.getScheme().toLowerCase(java.util.Locale.ROOT)) {
                    case "ws", "http" -> "ws";
                    case "wss", "https" -> "wss";
                    default -> "";
                };
        if (scheme.isEmpty() || uri.getHost() == null) {
            throw new FailedException(where + shown(text) + ": " + RULE);
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new FailedException(
                    where + ": " + RULE + ", without user, query and fragment; a key has no place in it");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new FailedException(where + shown(text) + ": the port must lie in 1 to 65535");
        }
        String path = uri.getRawPath() == null
                        || uri.getRawPath().isEmpty()
                        || uri.getRawPath().equals("/")
                ? PATH
                : uri.getRawPath();
        return URI.create(scheme + "://" + uri.getRawAuthority() + path);
    }

    /**
     * The same address with a host that {@link URI} and what connects to it take: names in other letters in their ASCII
     * form, an address's zone as it is written outside of addresses, and for a name with an underscore, which is none
     * by the rules, its address.
     */
    private static URI withHost(String where, URI uri) throws FailedException, URISyntaxException {
        if (uri.getHost() != null) {
            return uri.getHost().contains("%25") ? new URI(uri.toString().replaceFirst("%25", "%")) : uri;
        }
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        if (!authority.matches()) {
            return uri;
        }
        String host;
        try {
            host = IDN.toASCII(authority.group(1));
        } catch (IllegalArgumentException e) {
            return uri;
        }
        if (host.contains("_")) {
            if (uri.getScheme() != null
                    && Set.of("wss", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
                throw new FailedException(where + " " + Console.plain(uri.toString())
                        + ": a host's name with _ cannot be used with TLS, as no certificate has it; "
                        + "its address or another name can");
            }
            try {
                InetAddress address = InetAddress.getByName(host);
                host = address instanceof Inet6Address
                        ? "[" + address.getHostAddress() + "]"
                        : address.getHostAddress();
            } catch (UnknownHostException e) {
                throw new FailedException(where + " " + Console.plain(uri.toString()) + ": the host "
                        + Console.plain(host) + " is not known");
            }
        }
        String text = uri.toString();
        int begin = text.indexOf("//") + 2;
        return new URI(text.substring(0, begin)
                + host
                + text.substring(begin + authority.group(1).length()));
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
        return http(statusPath());
    }

    /** Where the server tells how its parts are. */
    URI health() {
        return http(uri.getRawPath() + "/health");
    }

    /**
     * What tells load balancers how the server is.
     *
     * @param path behind what stands before the endpoint's own path
     */
    URI probe(String path) {
        String before = uri.getRawPath();
        return http((before.endsWith(PATH) ? before.substring(0, before.length() - PATH.length()) : "") + path);
    }

    /**
     * The operator's interface.
     *
     * @param path behind it, with its query
     */
    URI admin(String path) {
        return http(uri.getRawPath() + "/admin/" + path);
    }

    /**
     * Where the walls are.
     *
     * @param name of one; empty: all
     */
    URI walls(String name) {
        return http(uri.getRawPath() + "/walls" + (name.isEmpty() ? "" : "/" + name));
    }

    /**
     * Where recordings and what plays them are.
     *
     * @param name of a playback; empty: all
     */
    URI recordings(String name) {
        return http(uri.getRawPath() + "/recordings" + (name.isEmpty() ? "" : "/" + name));
    }

    private URI http(String path) {
        return URI.create((secure() ? "https" : "http") + "://" + uri.getRawAuthority() + path);
    }
}
