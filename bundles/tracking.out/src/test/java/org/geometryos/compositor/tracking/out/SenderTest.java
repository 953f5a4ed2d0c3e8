package org.geometryos.compositor.tracking.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.tracking.out.Fixtures.at;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sender and a socket that takes what it sends. */
class SenderTest {
    private static final int LIMIT_MILLIS = 60_000;

    private final FakeJournal first = new FakeJournal("a");
    private volatile Journal journal = first;
    private final Sender sender = new Sender("test", () -> journal, new FreeDPackets());
    private DatagramSocket receiver;
    private int port;

    @BeforeEach
    void open() throws IOException {
        receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        receiver.setSoTimeout(LIMIT_MILLIS);
        port = receiver.getLocalPort();
        first.onAppend(sender::appended);
    }

    @AfterEach
    void close() {
        sender.stop();
        receiver.close();
    }

    private void start(Object... keysAndValues) {
        configure(keysAndValues);
        sender.start();
    }

    private void configure(Object... keysAndValues) {
        Object[] all = Arrays.copyOf(keysAndValues, keysAndValues.length + 2);
        all[all.length - 2] = "port";
        all[all.length - 1] = port;
        sender.configure(Fixtures.freeD(all));
    }

    private static void push(FakeJournal to, double x) {
        to.append(new Change.CameraChanged(at(x, TimeOfDay.micros(), 100)));
    }

    private double received() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        receiver.receive(packet);
        return SecondReading.d1(Arrays.copyOf(packet.getData(), packet.getLength()))
                        .x()
                / 1000;
    }

    private void await(double x) throws IOException {
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (received() != x) {
            assertThat(System.nanoTime() - deadline).as("it never came").isNegative();
        }
    }

    @Test
    void eachSampleIsSent() throws IOException {
        start();
        for (int i = 1; i <= 20; i++) {
            push(first, i);
            await(i);
        }
    }

    @Test
    void aCameraThatStandsStillIsSentAgain() throws IOException {
        push(first, 3);
        start();
        assertThat(received()).isEqualTo(3);
        assertThat(received()).isEqualTo(3);
        assertThat(received()).isEqualTo(3);
    }

    @Test
    void moreThanCanBeSentIsSuperseded() throws IOException {
        push(first, 0);
        start();
        await(0);
        // it looks by itself then, now and again
        first.onAppend(() -> {});
        for (int i = 1; i <= 3_000; i++) {
            push(first, i / 100.0);
        }
        await(30);
        assertThat(sender.count(Count.SUPERSEDED)).isPositive();
    }

    @Test
    void atARateItIsSentWithoutNewSamples() throws IOException {
        push(first, 3);
        start("rate", "100");
        for (int i = 0; i < 20; i++) {
            assertThat(received()).isEqualTo(3);
        }
    }

    @Test
    void aChangeTakesEffectWhileItRuns() throws IOException {
        push(first, 3);
        start("rate", "100");
        await(3);
        configure("rate", "50", "offsetPosition", "1,0,0");
        await(2);
        receiver.close();
        open();
        configure();
        await(3);
    }

    @Test
    void itGoesOnInTheNextJournal() throws IOException {
        push(first, 3);
        start("rate", "100");
        await(3);
        journal = null;
        receiver.receive(new DatagramPacket(new byte[100], 100));
        FakeJournal next = new FakeJournal("b");
        journal = next;
        push(next, 4);
        await(4);
    }

    @Test
    void aRemovedCameraIsSentNoMore() throws IOException {
        push(first, 3);
        start("rate", "100");
        await(3);
        first.append(Changes.removed("stage"));
        receiver.setSoTimeout(1_000);
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (!sender.state().contains("no such camera") || !silent()) {
            assertThat(System.nanoTime() - deadline).as("it goes on").isNegative();
        }
        receiver.setSoTimeout(LIMIT_MILLIS);
        push(first, 5);
        await(5);
    }

    private boolean silent() throws IOException {
        try {
            received();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void nobodyAtThePortIsToldAndSendingGoesOn() throws Exception {
        push(first, 3);
        receiver.close();
        start("rate", "100");
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
        while (sender.count(Count.FAILED) == 0 || !sender.state().equals("nobody receives there")) {
            assertThat(System.nanoTime() - deadline).as(sender.state()).isNegative();
            Thread.onSpinWait();
        }
        open();
        configure("rate", "100");
        await(3);
    }
}
