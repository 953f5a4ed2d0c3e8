package org.geometryos.compositor.scene;

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
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;

/** A camera bridge that refuses what it is told to refuse, and else appends. */
final class TestCameras implements CameraBridge {
    Journal journal;
    Outcome.Refused refusal;

    TestCameras(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Answer<Optional<Outcome>> update(
            Driver driver, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change) {
        if (refusal != null) {
            return Later.of(Optional.of(refusal));
        }
        CameraState state = new CameraState(
                update.camera(),
                update.view(),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                driver.name(),
                driver.session(),
                update.cut());
        return journal.append(change.apply(state), fence)
                .map(verdict -> verdict instanceof Verdict.Counted counted
                        ? Optional.of(new Outcome.Accepted(OptionalLong.of(counted.seq())))
                        : Optional.empty());
    }

    @Override
    public Outcome update(Driver driver, CameraUpdate update) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome take(Driver driver, String camera, boolean force) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome release(Driver driver, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void releaseAll(Driver driver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome remove(String camera, Optional<String> origin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome remove(Driver source, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CameraState> cameras() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CameraState> camera(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ControlState> control(String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SourceState> sources() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int maxCameras() {
        throw new UnsupportedOperationException();
    }
}
