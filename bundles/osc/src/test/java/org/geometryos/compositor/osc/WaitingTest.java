package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final Waiting waiting = new Waiting();
    private final List<String> due = new ArrayList<>();

    private static OscMessage message(String address) {
        return new OscMessage(address, List.of());
    }

    @Test
    void messagesComeInTheOrderOfTheirTimes() {
        waiting.add(30, message("/c"), 8);
        waiting.add(10, message("/a"), 8);
        waiting.add(10, message("/b"), 8);
        waiting.due(9, one -> due.add(one.message().address()));
        assertThat(due).isEmpty();
        assertThat(waiting.next(9)).isEqualTo(1);
        waiting.due(10, one -> due.add(one.message().address()));
        assertThat(due).containsExactly("/a", "/b");
        waiting.due(99, one -> due.add(one.message().address()));
        assertThat(due).containsExactly("/a", "/b", "/c");
        assertThat(waiting.next(99)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatWaitsIsBounded() {
        assertThat(waiting.add(1, message("/a"), Waiting.MAX_BYTES + 1)).isFalse();
        for (int i = 0; i < Waiting.MAX_MESSAGES; i++) {
            assertThat(waiting.add(1, message("/a"), 8)).isTrue();
        }
        assertThat(waiting.add(1, message("/a"), 8)).isFalse();
        waiting.due(1, one -> {});
        assertThat(waiting.add(1, message("/a"), 8)).isTrue();
    }
}
