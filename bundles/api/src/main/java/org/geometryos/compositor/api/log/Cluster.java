package org.geometryos.compositor.api.log;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The hosts that share one sequence, and what they share beside it: values under keys, the same on all of them, which
 * displays never see. A service beside the journal of several hosts; a host alone has none. Any thread; no call blocks.
 */
@ProviderType
public interface Cluster {
    /** The name of this host. */
    String host();

    /** All hosts that are known, by their names. */
    List<Host> hosts();

    /** A value, if there is one. */
    Optional<Value> value(String key);

    /** The keys that begin so. */
    List<String> keys(String prefix);

    /**
     * Shares a value.
     *
     * @param value empty: it is gone
     * @param replaces the number of the value that it replaces, 0 if there is none, {@link Fence#ANY}; where another
     *     one is there it is passed over, and also where all values together take too much
     */
    Answer<Verdict> put(String key, Optional<byte[]> value, long replaces);

    /**
     * A host.
     *
     * @param gone whether the others hear nothing of it
     * @param url at which displays reach it; empty if it has told none
     */
    record Host(String name, boolean gone, Optional<String> url) {}

    /**
     * A value.
     *
     * @param seq the number of its record
     * @param content not to be changed
     */
    record Value(long seq, byte[] content) {}
}
