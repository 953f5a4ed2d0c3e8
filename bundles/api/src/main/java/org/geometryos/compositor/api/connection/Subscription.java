package org.geometryos.compositor.api.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a session asked for (protocol, "Subscriptions"). One is made from {@link #NONE}, {@link #toCameras} or
 * {@link #toAllCameras}, and what is to be added: {@code Subscription.toCameras("wall").with(Topic.SCENE)}.
 *
 * @param cameras the cameras by name, if not {@link Topic#ALL_CAMERAS}; sorted
 * @param topics what it asks for beside cameras by name, in the order of {@link Topic}
 * @param rate camera updates per second and camera, above 0 and at most 1000; only with {@link Delivery#LATEST}
 * @param echo also what the session itself caused
 */
public record Subscription(
        Set<String> cameras, Set<Topic> topics, Delivery delivery, OptionalDouble rate, boolean echo) {

    /** What can be asked for as a whole. */
    public enum Topic {
        /** Every camera, also those to come. */
        ALL_CAMERAS,
        SCENE,
        PRESENCE
    }

    /** What a name takes beside its characters, in all the tables it is in. */
    private static final int NAME_BYTES = 256;
    /** Nothing but heartbeats. */
    public static final Subscription NONE =
            new Subscription(Set.of(), Set.of(), Delivery.LATEST, OptionalDouble.empty(), true);

    public Subscription {
        cameras = sorted(cameras);
        Set<Topic> ordered = EnumSet.noneOf(Topic.class);
        ordered.addAll(topics);
        topics = Collections.unmodifiableSet(ordered);
        Objects.requireNonNull(delivery);
    }

    /** The newest state of some cameras. */
    public static Subscription toCameras(String... names) {
        return toCameras(Set.of(names));
    }

    /** The same of a set of names. */
    public static Subscription toCameras(Set<String> names) {
        return new Subscription(names, NONE.topics, NONE.delivery, NONE.rate, NONE.echo);
    }

    /** The newest state of every camera, also of those to come. */
    public static Subscription toAllCameras() {
        return NONE.with(Topic.ALL_CAMERAS);
    }

    /** And a topic. */
    public Subscription with(Topic topic) {
        Set<Topic> more = EnumSet.of(topic);
        more.addAll(topics);
        return new Subscription(cameras, more, delivery, rate, echo);
    }

    /** With another delivery. */
    public Subscription with(Delivery other) {
        return new Subscription(cameras, topics, other, rate, echo);
    }

    /** At most so many camera updates per second and camera. */
    public Subscription withRate(double most) {
        return new Subscription(cameras, topics, delivery, OptionalDouble.of(most), echo);
    }

    /** Without what the session itself caused. */
    public Subscription withoutEcho() {
        return new Subscription(cameras, topics, delivery, rate, false);
    }

    /**
     * Sorted as an array: a tree of thousands of names would take longer than all else that is done about a
     * subscription.
     */
    private static Set<String> sorted(Collection<String> names) {
        String[] all = names.toArray(String[]::new);
        Arrays.sort(all);
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(all)));
    }

    /** Whether every camera is wanted, also those to come. */
    public boolean all() {
        return topics.contains(Topic.ALL_CAMERAS);
    }

    /** Whether updates of a camera are wanted. */
    public boolean wants(String camera) {
        return all() || cameras.contains(camera);
    }

    public boolean scene() {
        return topics.contains(Topic.SCENE);
    }

    public boolean presence() {
        return topics.contains(Topic.PRESENCE);
    }

    /** Whether each update is wanted, and not the newest state. */
    public boolean every() {
        return delivery == Delivery.EVERY;
    }

    /** Whether it asks for nothing. */
    public boolean none() {
        return cameras.isEmpty() && topics.isEmpty();
    }

    /** What it makes the host hold, in bytes, estimated: its names with all that refers to them. */
    public long bytes() {
        return bytes(cameras);
    }

    /** The same of what {@link #toMap()} gave; null takes nothing. */
    public static long bytes(Object value) {
        return value instanceof Map<?, ?> map && map.get("cameras") instanceof Collection<?> names ? bytes(names) : 0;
    }

    private static long bytes(Collection<?> names) {
        long bytes = 0;
        for (Object name : names) {
            bytes += NAME_BYTES + name.toString().length();
        }
        return bytes;
    }

    /** In values of the JDK alone, as it is kept with a socket while bundles are replaced. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("all", all());
        map.put("cameras", new ArrayList<>(cameras));
        map.put("scene", scene());
        map.put("presence", presence());
        map.put("every", every());
        map.put("rate", rate.orElse(0));
        map.put("echo", echo);
        return Map.copyOf(map);
    }

    /** The way back from {@link #toMap()}; null gives {@link #NONE}. */
    @SuppressWarnings("unchecked")
    public static Subscription fromMap(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return NONE;
        }
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        addIf(map.get("all"), Topic.ALL_CAMERAS, topics);
        addIf(map.get("scene"), Topic.SCENE, topics);
        addIf(map.get("presence"), Topic.PRESENCE, topics);
        double rate = (Double) map.get("rate");
        return new Subscription(
                new LinkedHashSet<>((Collection<String>) map.get("cameras")),
                topics,
                (Boolean) map.get("every") ? Delivery.EVERY : Delivery.LATEST,
                rate > 0 ? OptionalDouble.of(rate) : OptionalDouble.empty(),
                (Boolean) map.get("echo"));
    }

    private static void addIf(Object wanted, Topic topic, Set<Topic> to) {
        if ((Boolean) wanted) {
            to.add(topic);
        }
    }
}
