package org.geometryos.compositor.cluster.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.testkit.Changes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormsTest {
    private final Forms forms = new Forms();

    record Inner(long number) {}

    record Old(String name, Optional<Inner> inner) {}

    record Added(String name, Optional<Inner> inner, int more) {}

    record Listed(List<String> texts) {}

    static Stream<Change> changes() {
        return Stream.of(
                Changes.view("main", "s-1"),
                Changes.removed("main"),
                Changes.held("main", "desk"),
                Changes.held("main", null),
                Changes.presence(Presence.Action.LEFT, "wall", "s-1", false),
                Changes.transaction(Scene.EMPTY, Changes.state("a", 1, 1_000, null), "s-1", Changes.put("gear")),
                Changes.tiles(Tiles.NONE, Changes.transaction(Scene.EMPTY, null, null, Changes.put("x")), 3),
                Changes.wall("main", "left", "right"),
                Changes.wallRemoved("main"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeComesBackAsItWas(Change change) throws Exception {
        assertThat(forms.value(Change.class, forms.bytes(Change.class, change))).isEqualTo(change);
    }

    @Test
    void aViewInSpaceComesBackAsItWas() throws Exception {
        CameraUpdate update = new CameraUpdate(
                "main",
                new View3d(
                        new Vector3(1, 2, 3),
                        Quaternion.IDENTITY,
                        new Projection.Perspective(0.7, 0.1, OptionalDouble.of(100), OptionalDouble.empty())));
        assertThat(forms.value(CameraUpdate.class, forms.bytes(CameraUpdate.class, update)))
                .isEqualTo(update);
    }

    @Test
    void aSetOfTilesThatIsLongComesBackAsItWas() throws Exception {
        TileTree tiles = TileTree.EMPTY;
        for (int i = 0; i < 150_000; i++) {
            tiles = tiles.plus(TileTree.tile(20, 2 * i, i * 31 % 1_000_000, 1L << 40 | i));
        }
        assertThat(tiles.encode().length).as("more than one part").isGreaterThan(500_000);
        assertThat(forms.value(TileTree.class, forms.bytes(TileTree.class, tiles)))
                .isEqualTo(tiles);
    }

    @Test
    void aComponentMoreIsFoundOutAndNotMisread() {
        byte[] bytes = forms.bytes(Added.class, new Added("a", Optional.of(new Inner(1)), 2));
        assertThatThrownBy(() -> forms.value(Old.class, bytes))
                .isInstanceOf(UnknownFormException.class)
                .hasMessage("Old has 2 components, not 3");
    }

    @Test
    void bytesTooManyAndTooFewAreRefused() {
        byte[] bytes = forms.bytes(Old.class, new Old("a", Optional.empty()));
        assertThatThrownBy(() -> forms.value(Old.class, Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessage("there are 1 bytes too many");
        assertThatThrownBy(() -> forms.value(Old.class, Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(UnknownFormException.class);
    }

    @Test
    void aLengthThatIsNoneIsRefusedBeforeAnythingIsMadeOfIt() {
        byte[] bytes = forms.bytes(Listed.class, new Listed(List.of()));
        bytes[1] = 127;
        assertThatThrownBy(() -> forms.value(Listed.class, bytes))
                .isInstanceOf(UnknownFormException.class)
                .hasMessageContaining("a list has at most");
    }

    @Test
    void aKindThatIsUnknownIsRefusedByItsName() {
        byte[] bytes = forms.bytes(String.class, "New");
        assertThatThrownBy(() -> forms.value(Change.class, bytes)).hasMessage("Change has no kind New");
    }
}
