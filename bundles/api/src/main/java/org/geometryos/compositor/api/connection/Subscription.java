package org.geometryos.compositor.api.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a session asked for (protocol, "Subscriptions").
 *
 * @param all every camera, also those to come
 * @param cameras the cameras, if not all; sorted
 * @param every each update in order instead of the newest state
 * @param rate camera updates per second and camera, above 0 and at most 1000; only without {@code every}
 * @param echo also what the session itself caused
 */
public record Subscription(
        boolean all,
        Set<String> cameras,
        boolean scene,
        boolean presence,
        boolean every,
        OptionalDouble rate,
        boolean echo) {

    /** What a name takes beside its characters, in all the tables it is in. */
    private static final int NAME_BYTES = 256;
    /** Nothing but heartbeats. */
    public static final Subscription NONE =
            new Subscription(false, Set.of(), false, false, false, OptionalDouble.empty(), true);

    public Subscription {
        cameras = sorted(cameras);
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

    /** Whether updates of a camera are wanted. */
    public boolean wants(String camera) {
        return all || cameras.contains(camera);
    }

    /** Whether it asks for nothing. */
    public boolean none() {
        return !all && cameras.isEmpty() && !scene && !presence;
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
        map.put("all", all);
        map.put("cameras", new ArrayList<>(cameras));
        map.put("scene", scene);
        map.put("presence", presence);
        map.put("every", every);
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
        double rate = (Double) map.get("rate");
        return new Subscription(
                (Boolean) map.get("all"),
                new LinkedHashSet<>((Collection<String>) map.get("cameras")),
                (Boolean) map.get("scene"),
                (Boolean) map.get("presence"),
                (Boolean) map.get("every"),
                rate > 0 ? OptionalDouble.of(rate) : OptionalDouble.empty(),
                (Boolean) map.get("echo"));
    }
}
