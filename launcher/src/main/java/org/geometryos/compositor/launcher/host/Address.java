package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.geometryos.compositor.launcher.command.KeyFiles;

/** Where it listens. */
record Address(String host, int port) {

    private static final String ANY_4 = "0.0.0.0";
    private static final String ANY_6 = "::";
    private static final Pattern MACHINE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");
    private static final Pattern LOOPBACK_4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

    /**
     * The one place that decides which interfaces are allowed: loopback, and with an API key any address of this
     * machine. Without a key other names are refused without asking a resolver, whose answer may change.
     *
     * @return the host in the form a socket is bound to
     */
    static String bindable(String host, KeyFiles keys) throws StartException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        Optional<String> loopback = loopback(bare);
        if (loopback.isPresent()) {
            return loopback.get();
        }
        if (!keys.usable()) {
            throw new StartException(
                    "--host " + host + ": must be a loopback address (127.0.0.1, ::1 or localhost) as long as "
                            + keys.folder() + " holds no API key, as anyone who can connect could take control; "
                            + "\"compositor key new --role admin --name NAME\" makes one");
        }
        try {
            InetAddress address = InetAddress.getByName(bare);
            if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
                throw new StartException("--host " + host + ": is not an address of this machine");
            }
            return address.getHostAddress().replaceFirst("^0:0:0:0:0:0:0:0$", "::");
        } catch (UnknownHostException e) {
            throw new StartException("--host " + host + ": cannot be resolved", e);
        } catch (SocketException e) {
            throw new StartException(
                    "--host " + host + ": the interfaces of this machine cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> loopback(String bare) {
        if (bare.equalsIgnoreCase("localhost")) {
            return Optional.of("localhost");
        }
        if (LOOPBACK_4.matcher(bare).matches()) {
            return Optional.of(bare);
        }
        return bare.equals("::1") || bare.equals("0:0:0:0:0:0:0:1") ? Optional.of("::1") : Optional.empty();
    }

    /** Whether only this machine can connect. */
    boolean isLoopback() {
        return loopback(host).isPresent();
    }

    /** Finds out, before anything else is touched, whether the port is free; takes a free one for port 0. */
    static Address free(String host, int port) throws StartException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return new Address(host, socket.getLocalPort());
        } catch (UnknownHostException e) {
            throw new StartException("--host " + host + ": cannot be resolved", e);
        } catch (IOException e) {
            throw new StartException(
                    "cannot listen on port " + port + " of " + host + ": " + e.getMessage()
                            + " (is it running already? --port takes another one)",
                    e);
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
        String literal =
                switch (host) {
                    case "localhost", ANY_4 -> "127.0.0.1";
                    case ANY_6 -> "::1";
                    default -> host;
                };
        return URI.create("http://" + bracketed(literal) + ":" + port + "/compositor/status");
    }

    private String shown() {
        return switch (host) {
            case "127.0.0.1" -> "localhost";
            case ANY_4, ANY_6 -> machine();
            default -> bracketed(host);
        };
    }

    /** What others call this machine, as far as it knows. */
    private static String machine() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return MACHINE.matcher(name).matches() ? name : "localhost";
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** A zone ({@code %eth0}) stands in an address as %25. */
    private static String bracketed(String literal) {
        return literal.contains(":") ? "[" + literal.replace("%", "%25") + "]" : literal;
    }
}
