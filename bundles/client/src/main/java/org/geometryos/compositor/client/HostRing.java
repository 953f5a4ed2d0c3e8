package org.geometryos.compositor.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.protocol.CloseCode;

/**
 * Where to connect (protocol, "Coming back"): the address that was configured, and those that the server has named.
 * Confined to one thread.
 */
final class HostRing {
    private static final int MOST = 64;

    private final URI configured;
    private List<URI> named = List.of();
    private URI current;
    private int tried;

    HostRing(URI configured) {
        this.configured = configured;
        this.current = configured;
    }

    URI current() {
        return current;
    }

    /** The server said {@code welcome}, and named its hosts. What is no address of ours does not count. */
    void welcomed(List<String> hosts) {
        List<URI> next = new ArrayList<>();
        for (String host : hosts.subList(0, Math.min(hosts.size(), MOST))) {
            if (host.startsWith("ws://") || host.startsWith("wss://")) {
                try {
                    next.add(URI.create(host));
                } catch (IllegalArgumentException e) {
                    // the others are left
                }
            }
        }
        named = next;
        tried = 0;
    }

    /**
     * A connection is lost, or an attempt failed: the next one is on its turn, unless the same is back at once.
     *
     * @return whether the next attempt is one of the first round since a connection stood, which need not wait
     */
    boolean lost(int code) {
        if (code == CloseCode.RESTART.code()) {
            return false;
        }
        Set<URI> ring = new LinkedHashSet<>(named);
        ring.add(configured);
        List<URI> all = List.copyOf(ring);
        current = all.get((all.indexOf(current) + 1) % all.size());
        return all.size() > 1 && tried++ < all.size();
    }
}
