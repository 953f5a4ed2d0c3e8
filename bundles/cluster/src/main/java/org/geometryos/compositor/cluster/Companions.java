package org.geometryos.compositor.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.value.Answer;

/** What a replica knows of the hosts, for others. Any thread. */
record Companions(String host, Replica replica) implements Cluster {
    /** Begins the key under which a host shares its address. */
    private static final String ADDRESS = "host/";

    /** The key under which a host shares its address. */
    static String address(String host) {
        return ADDRESS + host;
    }

    @Override
    public List<Host> hosts() {
        return replica.hosts().stream()
                .map(each -> new Host(each.name(), each.gone(), url(each.name())))
                .toList();
    }

    private Optional<String> url(String host) {
        return value(address(host)).map(value -> new String(value.content(), StandardCharsets.UTF_8));
    }

    @Override
    public Optional<Value> value(String key) {
        return replica.kept(key).map(kept -> new Value(kept.seq(), kept.value()));
    }

    @Override
    public List<String> keys(String prefix) {
        return replica.keys(prefix);
    }

    @Override
    public Answer<Verdict> put(String key, Optional<byte[]> value, long replaces) {
        return replica.keep(key, value, replaces);
    }
}
