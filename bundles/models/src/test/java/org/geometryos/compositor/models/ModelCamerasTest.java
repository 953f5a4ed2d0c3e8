package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.models.gltf.Asset;
import org.junit.jupiter.api.Test;

class ModelCamerasTest {
    private final Map<String, Entry> inJournal = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private boolean held;
    private final ModelCameras cameras = new ModelCameras(() -> Optional.of(journal()));

    private Journal journal() {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "camera" -> Optional.ofNullable(inJournal.get((String) arguments[0]));
                    case "snapshot" ->
                        new Snapshot(
                                "e", 1, inJournal, Map.of(), Map.of(), Optional.empty(), Optional.empty(), Map.of());
                    default -> throw new AssertionError(method);
                });
    }

    private final class Bridge implements CameraSink {
        @Override
        public Outcome push(CameraUpdate update) {
            if (held) {
                return new Outcome.Refused(Outcome.Reason.HELD, "held");
            }
            calls.add("push " + update.camera());
            stands(update.camera(), update.view(), ModelCameras.ID);
            return new Outcome.Accepted(OptionalLong.of(1));
        }

        @Override
        public Outcome remove(String camera) {
            if (held) {
                return new Outcome.Refused(Outcome.Reason.HELD, "held");
            }
            calls.add("remove " + camera);
            inJournal.remove(camera);
            return new Outcome.Accepted(OptionalLong.of(1));
        }
    }

    private void stands(String camera, View view, String source) {
        inJournal.put(
                camera,
                new Entry(
                        1,
                        new Change.CameraChanged(new CameraState(
                                camera,
                                view,
                                0,
                                0,
                                OptionalLong.empty(),
                                Optional.empty(),
                                source,
                                Optional.empty(),
                                false))));
    }

    private static View3d view(double z) {
        return new View3d(
                new Vector3(0, 0, z),
                Quaternion.IDENTITY,
                new Projection.Perspective(1, 0.1, OptionalDouble.empty(), OptionalDouble.empty()));
    }

    private static List<Catalogue.Model> models(String camera, double z) {
        return List.of(new Catalogue.Model("a.glb", "folder", Map.of(), Map.of(camera, view(z)), Optional.empty()));
    }

    private List<String> callsOf(Runnable step) {
        calls.clear();
        step.run();
        return List.copyOf(calls);
    }

    @Test
    void aCameraComesOnceChangesWithItsModelAndGoesWithIt() {
        cameras.connected(new Bridge());
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).containsExactly("push a.lens");
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).isEmpty();
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 2)))).containsExactly("push a.lens");
        assertThat(callsOf(() -> cameras.tell(List.of()))).containsExactly("remove a.lens");
        assertThat(callsOf(() -> cameras.tell(List.of()))).isEmpty();
    }

    @Test
    void nothingHappensWithoutABridge() {
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).isEmpty();
        Bridge bridge = new Bridge();
        cameras.connected(bridge);
        cameras.disconnected(bridge);
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).isEmpty();
    }

    @Test
    void whatIsHeldIsTriedAgain() {
        cameras.connected(new Bridge());
        held = true;
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).isEmpty();
        held = false;
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).containsExactly("push a.lens");
        held = true;
        assertThat(callsOf(() -> cameras.tell(List.of()))).isEmpty();
        held = false;
        assertThat(callsOf(() -> cameras.tell(List.of()))).containsExactly("remove a.lens");
    }

    @Test
    void aCameraThatAnotherOneMovedStaysWhereItIsWhenTheBridgeIsReplaced() {
        stands("a.lens", view(7), "somebody");
        cameras.connected(new Bridge());
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).isEmpty();
    }

    @Test
    void aCameraWhoseModelWentWhileNobodyLookedIsRemoved() {
        stands("a.lens", view(1), ModelCameras.ID);
        stands("b.lens", view(1), ModelCameras.ID);
        stands("c.lens", view(1), "somebody");
        cameras.connected(new Bridge());
        assertThat(callsOf(() -> cameras.tell(models("a.lens", 1)))).containsExactly("remove b.lens");
    }

    @Test
    void namesKeepTheRuleAndAreGivenOnce() {
        CameraNaming naming = new CameraNaming();
        Map<String, View3d> named = naming.named(
                "große/Bühne.glb",
                List.of(
                        new Asset.NamedView("Küche 1/2", view(1)),
                        new Asset.NamedView("", view(2)),
                        new Asset.NamedView("", view(3)),
                        new Asset.NamedView("..", view(4)),
                        new Asset.NamedView("x".repeat(500), view(5))));
        assertThat(named.keySet())
                .contains("gro_e/B_hne.K_che_1_2", "gro_e/B_hne.camera", "gro_e/B_hne.camera-2")
                .hasSize(5)
                .allMatch(Names::valid);
        assertThat(naming.named("große/Bühne.gltf", List.of(new Asset.NamedView("Küche 1/2", view(1))))
                        .keySet())
                .containsExactly("gro_e/B_hne.K_che_1_2-2");
        assertThat(naming.named("n".repeat(200) + ".glb", List.of(new Asset.NamedView("y".repeat(500), view(1))))
                        .keySet())
                .allMatch(Names::valid)
                .hasSize(1);
    }
}
