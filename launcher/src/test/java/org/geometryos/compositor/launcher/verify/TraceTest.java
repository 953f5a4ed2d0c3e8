package org.geometryos.compositor.launcher.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.launcher.verify.ProbeSession.Received;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static List<Received> came(ServerMessage... messages) {
        return Stream.of(messages).map(message -> new Received(message, 0)).toList();
    }

    private static ServerMessage.Camera camera(long seq) {
        CameraState state = new CameraState(
                "main",
                new View2d(seq, 0, 1, 0),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                "rig",
                Optional.empty(),
                false);
        return new ServerMessage.Camera(OptionalLong.of(seq), state);
    }

    private static ServerMessage snapshot(long seq, ServerMessage.Camera... cameras) {
        return new ServerMessage.Snapshot(
                "run", seq, true, List.of(cameras), List.of(), Optional.empty(), Optional.empty());
    }

    private static ServerMessage heartbeat(long seq) {
        return new ServerMessage.Heartbeat(1, seq, 0, 0, 0);
    }

    @Test
    void onlyWhatBelongsToTheSequenceHasANumber() {
        List<Received> all = came(
                snapshot(4),
                camera(5),
                heartbeat(6),
                new ServerMessage.Control(7, new ControlState("main", Optional.empty(), Optional.empty(), 0)),
                new ServerMessage.CameraRemoved(8, "main"),
                new ServerMessage.Scene(9, List.of(), Optional.empty(), Optional.empty()),
                new ServerMessage.Gap(9, 10));
        assertEquals(Set.of(5L, 7L, 8L, 9L), Trace.sequence(all, 0, 100));
        assertEquals(Set.of(7L, 8L), Trace.sequence(all, 5, 8));
    }

    @Test
    void theHighestNumberIsThatOfASnapshotToo() {
        assertEquals(0, Trace.highest(came(heartbeat(9))));
        assertEquals(7, Trace.highest(came(camera(3), snapshot(7), camera(5))));
    }

    @Test
    void numbersAscendAndASnapshotBeginsAnew() {
        assertDoesNotThrow(() -> Trace.ascending(came(camera(3), heartbeat(1), camera(5)), 2));
        assertDoesNotThrow(() -> Trace.ascending(came(camera(3), snapshot(1), camera(2)), 2));
        for (List<Received> wrong :
                List.of(came(camera(2)), came(camera(3), camera(3)), came(camera(4), snapshot(9), camera(9)))) {
            StepFault fault = assertThrows(StepFault.class, () -> Trace.ascending(wrong, 2));
            assertTrue(fault.getMessage().contains("must be above it"), fault.getMessage());
        }
    }

    @Test
    void viewsAreThoseOfSnapshotsAndUpdates() {
        List<Received> one = came(snapshot(4, camera(3)), camera(5), camera(6));
        List<Received> other = came(snapshot(5, camera(5)), camera(6), camera(7));
        assertEquals(Set.of(3L, 5L, 6L), Trace.views(one).keySet());
        assertEquals(Set.of(5L, 6L), Trace.common(one, other));
        assertEquals(2, Trace.cameras(one).size());
    }

    @Test
    void theIndexOfWhatIsNotThereIsTheEnd() {
        List<Received> all = came(heartbeat(1), camera(2), camera(3));
        assertEquals(1, Trace.index(all, 0, ServerMessage.Camera.class::isInstance));
        assertEquals(2, Trace.index(all, 2, ServerMessage.Camera.class::isInstance));
        assertEquals(3, Trace.index(all, 0, ServerMessage.Snapshot.class::isInstance));
    }
}
