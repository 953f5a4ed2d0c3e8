package org.geometryos.compositor.mqtt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.protocol.Codec;

/** The configuration of a broker, checked. */
record Settings(
        String source,
        int priority,
        double delay,
        Access access,
        List<InRule> in,
        List<OutRule> out,
        Set<EventKind> events,
        String eventTopic,
        int queueBytes,
        int inflight) {
    static final int KEEP_ALIVE = 15;
    static final double FIELD_OF_VIEW = 45;
    static final String EVENT_TOPIC = "compositor/events/{event}";
    static final int MAX_PACKET = 65_536;
    static final int QUEUE_BYTES = 1 << 20;
    static final int INFLIGHT = 20;
    private static final int MAX_RULES = 100;
    private static final int MAX_TEXT = 1024;
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * What a connection is made of; another one needs another connection.
     *
     * @param version empty: the one that the broker takes
     * @param client empty: one that is made up
     * @param keepAlive seconds
     */
    record Access(
            BrokerAddress address,
            Optional<Version> version,
            Optional<String> client,
            Optional<String> user,
            Optional<String> password,
            Optional<Path> trust,
            boolean verifyName,
            int keepAlive,
            Optional<String> will,
            int maxPacket,
            List<Subscription> subscriptions) {
        /** Without the password. */
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** @throws InvalidValueException that names key, value and rule */
    static Settings of(Map<String, ?> properties, Codec codec) {
        Values values = new Values(properties);
        String source = values.text("source").orElse(name(properties));
        if (!SOURCE.matcher(source).matches()) {
            throw new InvalidValueException("source", source, "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        double yfov = Math.toRadians(values.decimal("fieldOfView", FIELD_OF_VIEW, 0.001, 179));
        List<InRule> in = new ArrayList<>();
        rules(values, "in").forEach((key, rule) -> in.add(InRule.parse(key, rule, codec, yfov)));
        List<OutRule> out = new ArrayList<>();
        rules(values, "out").forEach((key, rule) -> out.add(OutRule.parse(key, rule)));
        Set<EventKind> events = events(values);
        String eventTopic =
                OutRule.template("eventTopic", values.text("eventTopic").orElse(EVENT_TOPIC), "{event}");
        Optional<String> will = values.text("will");
        will.ifPresent(topic -> OutRule.template("will", topic, "{}"));
        notOurOwn(in, out, events.isEmpty() ? Optional.empty() : Optional.of(eventTopic), will);
        return new Settings(
                source,
                values.integer("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                values.decimal("delay", 0, CameraSource.MIN_DELAY, CameraSource.MAX_DELAY),
                access(values, will, in),
                List.copyOf(in),
                List.copyOf(out),
                events,
                eventTopic,
                values.integer("queueBytes", QUEUE_BYTES, 0, 64 << 20),
                values.integer("inflight", INFLIGHT, 1, 1000));
    }

    private static Access access(Values values, Optional<String> will, List<InRule> in) {
        BrokerAddress address = BrokerAddress.parse("url", values.text("url").orElse(""));
        Optional<String> user = limited("user", values.text("user"));
        Optional<String> password = secret(values);
        if (password.isPresent() && user.isEmpty()) {
            throw new InvalidValueException("user", "", "must be given with a password");
        }
        Optional<String> trust = values.text("trust");
        if (trust.isPresent() && !address.tls()) {
            throw new InvalidValueException("trust", trust.get(), "needs a url that begins with mqtts://");
        }
        Map<String, Subscription> subscriptions = new LinkedHashMap<>();
        for (InRule rule : in) {
            subscriptions.merge(
                    rule.topic().text(),
                    new Subscription(rule.topic().text(), rule.qos()),
                    (a, b) -> a.qos() >= b.qos() ? a : b);
        }
        return new Access(
                address,
                version(values.text("version").orElse("auto")),
                limited("clientId", values.text("clientId")),
                user,
                password,
                trust.map(Path::of),
                values.flag("verifyName", true),
                values.integer("keepAlive", KEEP_ALIVE, 5, 50),
                will,
                values.integer("maxPacket", MAX_PACKET, 1024, 1 << 20),
                List.copyOf(subscriptions.values()));
    }

    /** The password; an error about it does not show it. */
    private static Optional<String> secret(Values values) {
        try {
            Optional<String> password = values.text("password");
            if (password.isPresent() && password.get().length() > MAX_TEXT) {
                throw new InvalidValueException("password", "", "is too long");
            }
            return password;
        } catch (InvalidValueException e) {
            throw new InvalidValueException(
                    "password",
                    "what it is",
                    "must have at most " + MAX_TEXT + " characters and no placeholder $[...] that stands for nothing");
        }
    }

    private static Optional<String> limited(String key, Optional<String> text) {
        if (text.isPresent() && text.get().length() > MAX_TEXT) {
            throw new InvalidValueException(key, text.get(), "must have at most " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static Optional<Version> version(String text) {
        return switch (text) {
            case "auto" -> Optional.empty();
            case "5" -> Optional.of(Version.V5);
            case "3.1.1" -> Optional.of(Version.V311);
            default -> throw new InvalidValueException("version", text, "must be auto, 5 or 3.1.1");
        };
    }

    /** The rules of a key, by the key and the number of each. */
    private static Map<String, String> rules(Values values, String key) {
        Map<String, String> rules = new LinkedHashMap<>();
        for (String rule : values.text(key, ";").orElse("").split(";")) {
            if (!rule.isBlank()) {
                rules.put(key + " rule " + (rules.size() + 1), rule.strip());
            }
        }
        if (rules.size() > MAX_RULES) {
            throw new InvalidValueException(key, rules.size() + " rules", "must have at most " + MAX_RULES + " rules");
        }
        return rules;
    }

    private static Set<EventKind> events(Values values) {
        Set<EventKind> events = EnumSet.noneOf(EventKind.class);
        for (String name : values.list("events", MAX_RULES)) {
            try {
                events.add(EventKind.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new InvalidValueException("events", name, "must be of control, presence, scene, removed");
            }
        }
        return events;
    }

    /** What goes out must not come in again. */
    private static void notOurOwn(
            List<InRule> in, List<OutRule> out, Optional<String> eventTopic, Optional<String> will) {
        for (InRule rule : in) {
            List<String> topics =
                    new ArrayList<>(out.stream().map(OutRule::topic).toList());
            eventTopic.ifPresent(topics::add);
            will.ifPresent(topics::add);
            for (String topic : topics) {
                if (rule.topic().mayMatch(List.of(topic.split("/", -1)))) {
                    throw new InvalidValueException(
                            "in",
                            rule.topic().text(),
                            "must not match a topic that this configuration sends to (" + topic + ")");
                }
            }
        }
    }

    boolean receives() {
        return !in.isEmpty();
    }

    boolean sends() {
        return !out.isEmpty() || !events.isEmpty();
    }

    /** A name for any configuration, even a wrong one: its own, or else mqtt. */
    static String name(Map<String, ?> properties) {
        return InstanceName.plain(MqttConfig.PID, properties);
    }
}
