package org.geometryos.compositor.osc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.IpAddress;

/**
 * The configuration of a receiver, checked.
 *
 * @param name what follows {@code ~} in the PID
 * @param source name of the source
 * @param bind the address of this host
 * @param allowed senders that are taken; empty: those of this host alone, as the address is loopback
 * @param prefix of all addresses: empty, or begins with {@code /} and does not end so
 * @param ahead microseconds that a time may lie ahead
 * @param feedback whom changes are told
 * @param rate how often, per second
 * @param echo whether the source's own changes are told, too
 */
record Settings(
        String name,
        String source,
        int priority,
        InetAddress bind,
        int port,
        Set<InetAddress> allowed,
        String prefix,
        long ahead,
        List<InetSocketAddress> feedback,
        int rate,
        boolean echo) {
    static final int PORT = 9000;
    static final String PREFIX = "/compositor";
    static final int RATE = 30;
    static final int WAIT = 10;
    static final int MAX_FEEDBACK = 16;
    private static final int MAX_ALLOWED = 64;
    private static final long MICROS = 1_000_000;
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._-]{1,32}){0,4}");

    /** @throws InvalidValueException that names key, value and rule */
    static Settings of(Map<String, ?> properties) {
        Values values = new Values(properties);
        String name = name(properties);
        String source = values.text("source").orElse(name);
        if (!SOURCE.matcher(source).matches()) {
            throw new InvalidValueException("source", source, "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        InetAddress bind = IpAddress.of("bind", values.text("bind").orElse("127.0.0.1"));
        Set<InetAddress> allowed = new LinkedHashSet<>();
        for (String one : values.list("allow", MAX_ALLOWED)) {
            allowed.add(IpAddress.of("allow", one));
        }
        if (!bind.isLoopbackAddress() && allowed.isEmpty()) {
            throw new InvalidValueException(
                    "allow", "", "is required unless bind is loopback: the addresses of those who may send");
        }
        String prefix = values.text("prefix").orElse(PREFIX);
        prefix = prefix.equals("/") ? "" : prefix;
        if (!PLAIN.matcher(prefix).matches()) {
            throw new InvalidValueException("prefix", prefix, "must be as /compositor, or / for none");
        }
        List<InetSocketAddress> feedback = new ArrayList<>();
        for (String one : values.list("feedback", MAX_FEEDBACK)) {
            feedback.add(target(one));
        }
        return new Settings(
                name,
                source,
                values.integer("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                bind,
                values.integer("port", PORT, 1, 65_535),
                Set.copyOf(allowed),
                prefix,
                values.integer("wait", WAIT, 0, 60) * MICROS,
                List.copyOf(feedback),
                values.integer("feedbackRate", RATE, 1, 120),
                values.flag("echo", false));
    }

    private static InetSocketAddress target(String text) {
        int colon = text.lastIndexOf(':');
        String rule = "must be as 10.0.0.7:9001 or [fd00::7]:9001";
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new InvalidValueException("feedback", text, rule);
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (port < 1 || port > 65_535 || host.contains(":") && !bracketed) {
            throw new InvalidValueException("feedback", text, rule);
        }
        InetAddress address = IpAddress.of("feedback", bracketed ? host.substring(1, host.length() - 1) : host);
        if (address.isAnyLocalAddress()) {
            throw new InvalidValueException("feedback", text, rule);
        }
        return new InetSocketAddress(address, port);
    }

    /** Whether a sender is taken. */
    boolean allows(InetAddress sender) {
        return allowed.isEmpty() ? sender.isLoopbackAddress() : allowed.contains(sender);
    }

    boolean sameSocket(Settings other) {
        return bind.equals(other.bind) && port == other.port;
    }

    String where() {
        return "udp " + bind.getHostAddress() + " port " + port;
    }

    /** A name for any configuration, even a wrong one. */
    static String name(Map<String, ?> properties) {
        return InstanceName.plain(OscConfig.PID, properties);
    }
}
