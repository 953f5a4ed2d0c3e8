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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a session asked for (protocol, "Subscriptions"). One is made from {@link #NONE}, {@link #toCameras} or
 * {@link #toAllCameras}, and what is to be added: {@code Subscription.toCameras("tour").with(Topic.SCENE)}.
 *
 * @param cameras the cameras by name, if not {@link Topic#ALL_CAMERAS}; sorted
 * @param walls the walls by name, if not {@link Topic#ALL_WALLS}; sorted
 * @param topics what it asks for beside cameras and walls by name, in the order of {@link Topic}
 * @param rate camera updates per second and camera, above 0 and at most 1000; only with {@link Delivery#LATEST}
 * @param echo also what the session itself caused
 * @param near where tiles are wanted; empty: everywhere. Without {@link Topic#TILES} there is none.
 */
public record Subscription(
        Set<String> cameras,
        Set<String> walls,
        Set<Topic> topics,
        Delivery delivery,
        OptionalDouble rate,
        boolean echo,
        Optional<Near> near) {

    /** What can be asked for as a whole. */
    public enum Topic {
        /** Every camera, also those to come. */
        ALL_CAMERAS,
        SCENE,
        PRESENCE,
        TILES,
        /** Every wall, also those to come. */
        ALL_WALLS
    }

    /** What a name takes beside its characters, in all the tables it is in. */
    private static final int NAME_BYTES = 256;
    /** Nothing but heartbeats. */
    public static final Subscription NONE =
            new Subscription(Set.of(), Set.of(), Set.of(), Delivery.LATEST, OptionalDouble.empty(), true);

    public Subscription {
        cameras = sorted(cameras);
        walls = sorted(walls);
        Set<Topic> ordered = EnumSet.noneOf(Topic.class);
        ordered.addAll(topics);
        topics = Collections.unmodifiableSet(ordered);
        Objects.requireNonNull(delivery);
        near = ordered.contains(Topic.TILES) ? near : Optional.empty();
    }

    /** With tiles everywhere, if it asks for them. */
    public Subscription(
            Set<String> cameras,
            Set<String> walls,
            Set<Topic> topics,
            Delivery delivery,
            OptionalDouble rate,
            boolean echo) {
        this(cameras, walls, topics, delivery, rate, echo, Optional.empty());
    }

    /** The newest state of some cameras. */
    public static Subscription toCameras(String... names) {
        return toCameras(Set.of(names));
    }

    /** The same of a set of names. */
    public static Subscription toCameras(Set<String> names) {
        return new Subscription(names, NONE.walls, NONE.topics, NONE.delivery, NONE.rate, NONE.echo, NONE.near);
    }

    /** The newest state of every camera, also of those to come. */
    public static Subscription toAllCameras() {
        return NONE.with(Topic.ALL_CAMERAS);
    }

    /** And a topic. */
    public Subscription with(Topic topic) {
        Set<Topic> more = EnumSet.of(topic);
        more.addAll(topics);
        return new Subscription(cameras, walls, more, delivery, rate, echo, near);
    }

    /** And tiles, of a part of the canvas alone. */
    public Subscription withTiles(Near where) {
        return new Subscription(cameras, walls, with(Topic.TILES).topics, delivery, rate, echo, Optional.of(where));
    }

    /** And the state of some walls, in place of others by name. */
    public Subscription withWalls(Set<String> names) {
        return new Subscription(cameras, names, topics, delivery, rate, echo, near);
    }

    /** With another delivery. */
    public Subscription with(Delivery other) {
        return new Subscription(cameras, walls, topics, other, rate, echo, near);
    }

    /** At most so many camera updates per second and camera. */
    public Subscription withRate(double most) {
        return new Subscription(cameras, walls, topics, delivery, OptionalDouble.of(most), echo, near);
    }

    /** Without what the session itself caused. */
    public Subscription withoutEcho() {
        return new Subscription(cameras, walls, topics, delivery, rate, false, near);
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

    /** Whether every wall is wanted, also those to come. */
    public boolean allWalls() {
        return topics.contains(Topic.ALL_WALLS);
    }

    /** Whether the state of a wall is wanted. */
    public boolean wantsWall(String wall) {
        return allWalls() || walls.contains(wall);
    }

    public boolean scene() {
        return topics.contains(Topic.SCENE);
    }

    public boolean presence() {
        return topics.contains(Topic.PRESENCE);
    }

    public boolean tiles() {
        return topics.contains(Topic.TILES);
    }

    /** Whether each update is wanted, and not the newest state. */
    public boolean every() {
        return delivery == Delivery.EVERY;
    }

    /** Whether it asks for nothing. */
    public boolean none() {
        return cameras.isEmpty() && walls.isEmpty() && topics.isEmpty();
    }

    /** What it makes the host hold, in bytes, estimated: its names with all that refers to them. */
    public long bytes() {
        return bytes(cameras) + bytes(walls) + bytes(near);
    }

    /** The same of what {@link #toMap()} gave; null takes nothing. */
    public static long bytes(Object value) {
        return value instanceof Map<?, ?> map
                ? bytes(names(map, "cameras")) + bytes(names(map, "walls")) + bytes(Near.fromMap(map.get("near")))
                : 0;
    }

    private static long bytes(Optional<Near> near) {
        return near.map(where -> bytes(Set.of(where.camera()))).orElse(0L);
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
        if (tiles()) {
            map.put("tiles", true);
        }
        near.ifPresent(where -> map.put("near", where.toMap()));
        if (allWalls()) {
            map.put("allWalls", true);
        }
        if (!walls.isEmpty()) {
            map.put("walls", new ArrayList<>(walls));
        }
        return Map.copyOf(map);
    }

    /**
     * The way back from {@link #toMap()}, also of a version of it that knew no walls or tiles; null gives
     * {@link #NONE}.
     */
    public static Subscription fromMap(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return NONE;
        }
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        addIf(map.get("all"), Topic.ALL_CAMERAS, topics);
        addIf(map.get("scene"), Topic.SCENE, topics);
        addIf(map.get("presence"), Topic.PRESENCE, topics);
        addIf(map.get("tiles"), Topic.TILES, topics);
        addIf(map.get("allWalls"), Topic.ALL_WALLS, topics);
        double rate = (Double) map.get("rate");
        return new Subscription(
                names(map, "cameras"),
                names(map, "walls"),
                topics,
                (Boolean) map.get("every") ? Delivery.EVERY : Delivery.LATEST,
                rate > 0 ? OptionalDouble.of(rate) : OptionalDouble.empty(),
                (Boolean) map.get("echo"),
                Near.fromMap(map.get("near")));
    }

    @SuppressWarnings("unchecked")
    private static Set<String> names(Map<?, ?> map, String key) {
        return map.get(key) instanceof Collection<?> names ? new LinkedHashSet<>((Collection<String>) names) : Set.of();
    }

    private static void addIf(Object wanted, Topic topic, Set<Topic> to) {
        if (Boolean.TRUE.equals(wanted)) {
            to.add(topic);
        }
    }
}
