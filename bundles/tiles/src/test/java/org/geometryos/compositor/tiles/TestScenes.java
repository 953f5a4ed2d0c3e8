package org.geometryos.compositor.tiles;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.control.SceneEditor;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.testkit.Changes;

/** Puts models, as long as nobody refuses, and leaves cameras as they are. */
final class TestScenes implements SceneEditor {
    Optional<SceneOutcome> refusal = Optional.empty();
    /** Happens once, before a change. */
    Runnable before = () -> {};

    @Override
    public Answer<Optional<SceneOutcome>> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Journal sequence,
            Fence fence,
            Function<Change.SceneChanged, Change> change) {
        if (refusal.isPresent()) {
            return Later.of(refusal);
        }
        before.run();
        before = () -> {};
        Change.SceneChanged scene = Changes.transaction(
                Scene.EMPTY,
                camera.map(update -> Changes.state(update.camera(), 1, 2, null)).orElse(null),
                "s-1",
                ops.toArray(SceneOp[]::new));
        long worked = sequence.scene().map(Entry::seq).orElse(0L);
        return sequence.append(change.apply(scene), fence.withScene(worked)).map(TestScenes::outcome);
    }

    private static Optional<SceneOutcome> outcome(Verdict verdict) {
        return verdict instanceof Verdict.Counted counted
                ? Optional.of(new SceneOutcome.Accepted(OptionalLong.of(counted.seq())))
                : Optional.empty();
    }
}
