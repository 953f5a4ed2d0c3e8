package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Decision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Services services = new Services();
    private final FakeConnections connections = new FakeConnections(new FakeTransport(new FakeClock()));
    private final FakeJournal journal = new FakeJournal("epoch");
    private final Admission admission = new Admission(
            services,
            () -> new Settings(1, 1, 0, Origins.of(new String[0])),
            new Keys(new FakeKeySource(), new Problems(null, KeyConfig.PID, KeyConfig.class)));

    @BeforeEach
    void begin() {
        admission.require(false);
        services.connections.set(connections);
        services.journal.set(journal);
        services.codecs.put(Codecs.json().subprotocol(), Codecs.json());
    }

    private Decision decide(Object... headers) {
        return admission.decide(GateTest.handshake(true, headers));
    }

    private static void refused(Decision decision, String reason) {
        assertThat(decision).isInstanceOfSatisfying(Decision.Refuse.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.headers()).isEqualTo(Map.of("Retry-After", "1"));
            assertThat(refusal.reason()).isEqualTo(reason);
        });
    }

    @Test
    void withoutAJournalNobodyIsLetIn() {
        assertThat(decide()).isInstanceOf(Decision.Accept.class);
        services.journal.set(null);
        refused(decide(), "not ready: a part of the server is being replaced");
    }

    @Test
    void whereTheHostIsCutOffOperatorsAloneAreLetIn() {
        journal.cutOff("this host is cut off from the others");
        refused(decide(), "this host is cut off from the others");
        assertThat(decide("sec-websocket-protocol", "compositor.v1.json, compositor.admin"))
                .isInstanceOf(Decision.Accept.class);
        journal.back();
        assertThat(decide()).isInstanceOf(Decision.Accept.class);
    }
}
