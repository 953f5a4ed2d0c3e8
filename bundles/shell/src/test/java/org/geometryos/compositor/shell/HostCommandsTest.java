package org.geometryos.compositor.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.value.Answer;
import org.junit.jupiter.api.Test;

class HostCommandsTest {
    @Test
    void eachHostIsALine() {
        Cluster cluster = new Cluster() {
            @Override
            public String host() {
                return "a";
            }

            @Override
            public List<Host> hosts() {
                return List.of(
                        new Host("a", false, Optional.of("ws://a/compositor")),
                        new Host("b", false, Optional.empty()),
                        new Host("c", true, Optional.empty()));
            }

            @Override
            public Optional<Value> value(String key) {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<String> keys(String prefix) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Answer<Verdict> put(String key, Optional<byte[]> value, long replaces) {
                throw new UnsupportedOperationException();
            }
        };
        assertThat(new HostCommands(cluster).hosts().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("HOST STATE ADDRESS", "a this one ws://a/compositor", "b there -", "c gone -");
    }
}
