package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostRingTest {
    private static final String A = "ws://a/compositor";
    private static final String B = "ws://b/compositor";
    private static final String C = "ws://c/compositor";

    private final HostRing ring = new HostRing(URI.create(A));

    private String current() {
        return ring.current().toString();
    }

    @Test
    void oneAddressIsTriedAgainWithTheUsualWaits() {
        ring.welcomed(List.of());
        assertThat(ring.lost(1006)).isFalse();
        assertThat(current()).isEqualTo(A);
    }

    @Test
    void theFirstRoundDoesNotWait() {
        ring.welcomed(List.of(A, B, C));
        assertThat(ring.lost(1006)).isTrue();
        assertThat(current()).isEqualTo(B);
        assertThat(ring.lost(1006)).isTrue();
        assertThat(current()).isEqualTo(C);
        assertThat(ring.lost(1006)).isTrue();
        assertThat(current()).isEqualTo(A);
        assertThat(ring.lost(1006)).isFalse();
        assertThat(current()).isEqualTo(B);
        ring.welcomed(List.of(A, B, C));
        assertThat(ring.lost(4503)).isTrue();
        assertThat(current()).isEqualTo(C);
    }

    @Test
    void whoRestartsIsWaitedFor() {
        ring.welcomed(List.of(A, B));
        assertThat(ring.lost(1012)).isFalse();
        assertThat(current()).isEqualTo(A);
    }

    @Test
    void whatIsNoAddressDoesNotCount() {
        ring.welcomed(List.of("http://b", "ws://a b", B));
        ring.lost(1006);
        assertThat(current()).isIn(A, B);
        ring.lost(1006);
        assertThat(current()).isIn(A, B);
    }

    @Test
    void theConfiguredAddressStaysInTheRound() {
        ring.welcomed(List.of(B));
        ring.lost(1006);
        assertThat(current()).isEqualTo(B);
        ring.welcomed(List.of());
        ring.lost(1006);
        assertThat(current()).isEqualTo(A);
    }
}
