package org.geometryos.compositor.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.Answer;

/** Answers what it is told to answer. */
final class FakeCameras implements CameraBridge {
    final List<String> calls = new ArrayList<>();
    Driver driver;
    ControlState control;
    Answer<Outcome> outcome = new Outcome.Accepted(OptionalLong.of(7));

    private Answer<Outcome> call(String what, Driver by) {
        calls.add(what);
        driver = by;
        return outcome;
    }

    @Override
    public Answer<Outcome> update(Driver by, CameraUpdate update) {
        return call("update " + update.camera(), by);
    }

    @Override
    public Answer<Optional<Outcome>> update(
            Driver by, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Answer<Outcome> take(Driver by, String camera, boolean force) {
        return call((force ? "force " : "take ") + camera, by);
    }

    @Override
    public Answer<Outcome> release(Driver by, String camera) {
        return call("release " + camera, by);
    }

    @Override
    public void releaseAll(Driver by) {
        call("releaseAll", by);
    }

    @Override
    public Answer<Outcome> remove(String camera, Optional<String> origin) {
        return call("remove " + camera, null);
    }

    @Override
    public Answer<Outcome> remove(Driver source, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CameraState> cameras() {
        return List.of();
    }

    @Override
    public Optional<CameraState> camera(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<ControlState> control(String camera) {
        return Optional.ofNullable(control);
    }

    @Override
    public List<SourceState> sources() {
        return List.of();
    }

    @Override
    public int maxCameras() {
        return 400;
    }
}
