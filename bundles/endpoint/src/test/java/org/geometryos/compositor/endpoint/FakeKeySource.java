package org.geometryos.compositor.endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Configurations of keys in memory. */
final class FakeKeySource implements KeySource {
    private final Map<String, KeyRing.Entry> entries = new TreeMap<>();
    private Runnable follower = () -> {};
    boolean broken;

    /** One configuration. @param properties names and values */
    static KeyRing.Entry entry(String name, Object... properties) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            map.put((String) properties[i], properties[i + 1]);
        }
        return new KeyRing.Entry(KeyConfig.PID + "~" + name, map);
    }

    static String sha256(String key) {
        return HexFormat.of().formatHex(KeyDigest.sha256(key.getBytes(StandardCharsets.UTF_8)));
    }

    void put(String name, Object... properties) {
        entries.put(name, entry(name, properties));
        follower.run();
    }

    void remove(String name) {
        entries.remove(name);
        follower.run();
    }

    @Override
    public void follow(Runnable changed) {
        follower = changed;
    }

    @Override
    public List<KeyRing.Entry> read() throws IOException {
        if (broken) {
            throw new IOException("broken");
        }
        return List.copyOf(entries.values());
    }

    @Override
    public void close() {
        follower = () -> {};
    }
}
