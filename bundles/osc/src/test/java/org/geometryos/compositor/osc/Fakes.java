package org.geometryos.compositor.osc;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Walls;

/** The parts around, in memory. One thread. */
final class Fakes implements Around, CameraSink {
    static final Outcome DONE = new Outcome.Accepted(OptionalLong.of(1));

    final Map<String, CameraState> cameras = new LinkedHashMap<>();
    final List<CameraUpdate> updates = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    Scene scene = Scene.EMPTY;
    Outcome outcome = DONE;
    boolean away;
    private final CameraBridge bridge = (CameraBridge) Proxy.newProxyInstance(
            Fakes.class.getClassLoader(), new Class<?>[] {CameraBridge.class}, (proxy, method, arguments) -> {
                switch (method.getName()) {
                    case "cameras" -> {
                        return List.copyOf(cameras.values());
                    }
                    case "camera" -> {
                        return Optional.ofNullable(cameras.get((String) arguments[0]));
                    }
                    case "take", "release" -> {
                        calls.add(method.getName() + " " + arguments[1] + " " + ((Driver) arguments[0]).name());
                        return outcome;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                }
            });

    private final SceneService service = new SceneService() {
        @Override
        public SceneOutcome change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
            try {
                scene = scene.after(ops);
                return new SceneOutcome.Accepted(OptionalLong.of(1));
            } catch (NoSuchModelException e) {
                return new SceneOutcome.Refused(Outcome.Reason.NOT_FOUND, Optional.empty(), "no such model");
            }
        }

        @Override
        public Scene scene() {
            return scene;
        }

        @Override
        public int maxModels() {
            return 10;
        }
    };
    private final Walls walls = (Walls) Proxy.newProxyInstance(
            Fakes.class.getClassLoader(), new Class<?>[] {Walls.class}, (proxy, method, arguments) -> {
                switch (method.getName()) {
                    case "walls" -> {
                        return List.of();
                    }
                    case "show" -> {
                        calls.add("show " + arguments[0] + " "
                                + ((Optional<?>) arguments[1])
                                        .map(picture -> ((Picture) picture).word())
                                        .orElse("none"));
                        return arguments[0].equals("lobby");
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                }
            });

    private final Playback playback = (Playback) Proxy.newProxyInstance(
            Fakes.class.getClassLoader(), new Class<?>[] {Playback.class}, (proxy, method, arguments) -> {
                calls.add(method.getName() + " " + arguments[0]);
                return new CompletableFuture<>();
            });

    View view(String camera) {
        return cameras.get(camera).view();
    }

    @Override
    public Outcome push(CameraUpdate update) {
        updates.add(update);
        if (outcome.accepted()) {
            cameras.put(
                    update.camera(),
                    new CameraState(
                            update.camera(),
                            update.view(),
                            1,
                            1,
                            OptionalLong.empty(),
                            Optional.empty(),
                            "osc",
                            Optional.empty(),
                            false));
        }
        return outcome;
    }

    @Override
    public Outcome remove(String camera) {
        throw new UnsupportedOperationException();
    }

    CameraSink sink() {
        return away ? null : this;
    }

    @Override
    public CameraBridge bridge() {
        return away ? null : bridge;
    }

    @Override
    public SceneService scene() {
        return away ? null : service;
    }

    @Override
    public Walls walls() {
        return away ? null : walls;
    }

    @Override
    public Journal journal() {
        return null;
    }

    @Override
    public Map<String, Playback> playbacks() {
        return away ? Map.of() : Map.of("tour", playback);
    }
}
