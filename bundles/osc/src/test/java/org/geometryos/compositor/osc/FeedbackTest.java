package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What targets are told. Each packet is there before it is asked for, as a socket of this machine holds it. */
class FeedbackTest {
    private final FakeJournal journal = new FakeJournal("a");
    private final Counters counters = new Counters();
    private final Feedback feedback = new Feedback("test", counters);
    private DatagramSocket desk;

    @BeforeEach
    void open() throws IOException {
        desk = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        desk.setSoTimeout(200);
        configure("echo", "true");
    }

    @AfterEach
    void close() {
        feedback.close();
        desk.close();
    }

    private void configure(String key, String value) {
        Map<String, Object> map = new HashMap<>(Map.of("service.pid", OscConfig.PID + "~test"));
        map.put("feedback", "127.0.0.1:" + desk.getLocalPort());
        map.put(key, value);
        feedback.configure(Settings.of(map));
    }

    private List<OscMessage> told() throws Exception {
        feedback.tell(journal);
        List<OscMessage> all = new ArrayList<>();
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                desk.receive(packet);
                OscReader.read(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()))
                        .forEach(one -> all.add(one.message()));
            }
        } catch (SocketTimeoutException e) {
            return all;
        }
    }

    private static OscMessage message(String address, Object... arguments) {
        return new OscMessage("/compositor" + address, List.of(arguments));
    }

    private void scene(Scene scene) {
        journal.append(new Change.SceneChanged(List.of(), Optional.empty(), Optional.empty(), scene, 1));
    }

    @Test
    void firstAllIsToldAndThenTheNewestOfWhatChanges() throws Exception {
        journal.append(new Change.CameraChanged(Changes.state("a", 1, 1_000, null)));
        assertThat(told()).containsExactly(message("/camera/a/view", 1f, 0f, 1f, 0f));
        assertThat(told()).isEmpty();
        journal.append(new Change.CameraChanged(Changes.state("a", 2, 2_000, null)));
        journal.append(new Change.CameraChanged(Changes.state("a", 3, 3_000, null)));
        journal.append(Changes.held("a", "wall"));
        assertThat(told())
                .containsExactly(message("/camera/a/view", 3f, 0f, 1f, 0f), message("/camera/a/holder", "wall"));
        journal.append(Changes.removed("a"));
        assertThat(told()).containsExactly(message("/camera/a/removed", 1));
        feedback.refresh();
        assertThat(told()).isNotNull();
    }

    @Test
    void ofTheSceneWhatChangesIsTold() throws Exception {
        Scene scene = Scene.EMPTY.after(List.of(new SceneOp.Put(new Model(
                "lamp",
                "lamp.glb",
                new Vector3(0, 0, 0),
                Quaternion.IDENTITY,
                new Vector3(1, 1, 1),
                true,
                Optional.empty(),
                Optional.empty()))));
        scene(scene);
        assertThat(told()).containsExactly(message("/scene/lamp/visible", 1), message("/scene/lamp/selected", 0));
        scene(scene.after(List.of(new SceneOp.Select(List.of("lamp")))));
        assertThat(told()).containsExactly(message("/scene/lamp/selected", 1));
    }

    @Test
    void ownChangesAreNotToldUnlessWanted() throws Exception {
        configure("source", "test");
        journal.append(new Change.CameraChanged(Changes.state("a", 1, 1_000, null)));
        assertThat(told()).isEmpty();
        configure("source", "other");
        journal.append(new Change.CameraChanged(Changes.state("a", 1, 2_000, null)));
        assertThat(told()).hasSize(1);
    }

    @Test
    void manyAreToldInSeveralPackets() throws Exception {
        for (int i = 0; i < 200; i++) {
            journal.append(new Change.CameraChanged(Changes.state("camera-" + i, i, 1_000, null)));
        }
        assertThat(told()).hasSize(200);
        assertThat(counters.get(Count.FEEDBACK)).isGreaterThan(1);
        assertThat(counters.get(Count.FEEDBACK_FAILED)).isZero();
    }
}
