package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Where it listens. */
record Address(String host, int port) {

    private static final Pattern LOOPBACK_4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

    /**
     * The one place that decides which interfaces are allowed: loopback names and addresses only, until displays have to
     * prove who they are. Other names are refused without asking a resolver, whose answer may change.
     *
     * @return the host in the form a socket is bound to
     */
    static String loopback(String host) throws StartException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.equalsIgnoreCase("localhost")) {
            return "localhost";
        }
        if (LOOPBACK_4.matcher(bare).matches()) {
            return bare;
        }
        if (bare.equals("::1") || bare.equals("0:0:0:0:0:0:0:1")) {
            return "::1";
        }
        throw new StartException("--host " + host
                + ": must be a loopback address (127.0.0.1, ::1 or localhost), as anyone who can connect could take control");
    }

    /** Finds out, before anything else is touched, whether the port can be had; takes a free one for port 0. */
    static Address free(String host, int port) throws StartException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return new Address(host, socket.getLocalPort());
        } catch (UnknownHostException e) {
            throw new StartException("--host " + host + ": cannot be resolved", e);
        } catch (IOException e) {
            throw new StartException("cannot listen on port " + port + " of " + host + ": " + e.getMessage()
                    + " (is it running already? --port takes another one)", e);
        }
    }

    URI page() {
        return URI.create("http://" + shown() + ":" + port + "/");
    }

    URI displays() {
        return URI.create("ws://" + shown() + ":" + port + "/compositor");
    }

    /** Reached by address rather than by name, so that a resolver has no say. */
    URI status() {
        String literal = host.equals("localhost") ? "127.0.0.1" : host;
        return URI.create("http://" + (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + port
                + "/compositor/status");
    }

    private String shown() {
        if (host.equals("127.0.0.1")) {
            return "localhost";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
