package org.geometryos.compositor.api.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.Test;

class SceneTest {
    private static final Vector3 AWAY = new Vector3(1, 2, 3);
    private static final Model GEAR = new Model(
            "gear",
            "models/gear.glb",
            AWAY,
            new Quaternion(0, 1, 0, 0),
            AWAY,
            false,
            Optional.of("a"),
            Optional.of("b"));
    private static final Model LAMP = new Model("lamp", "models/lamp.glb");
    private static final Scene BOTH = new Scene(5, List.of(LAMP, GEAR), List.of("lamp", "gear"));

    @Test
    void modelsAreSortedAndSelectedOnes() {
        assertThat(BOTH.models()).containsExactly(GEAR, LAMP);
        assertThat(BOTH.selected()).containsExactly("lamp", "gear");
        assertThat(BOTH.model("gear")).contains(GEAR);
        assertThat(BOTH.model("kettle")).isEmpty();
        assertThat(new Scene(1, List.of(GEAR), List.of("gear", "gear")).selected())
                .containsExactly("gear");
    }

    @Test
    void aSceneThatContradictsItselfCannotBeMade() {
        assertThatThrownBy(() -> new Scene(-1, List.of(), List.of()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("revision");
        assertThatThrownBy(() -> new Scene(1, List.of(GEAR, GEAR), List.of()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("\"gear\"");
        assertThatThrownBy(() -> new Scene(1, List.of(GEAR), List.of("lamp")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("\"lamp\"");
    }

    @Test
    void putReplacesAndKeepsTheSelection() throws Exception {
        Scene after = BOTH.after(List.of(new SceneOp.Put(new Model("lamp", "models/other.glb"))));
        assertThat(after.model("lamp").orElseThrow().uri()).isEqualTo("models/other.glb");
        assertThat(after.selected()).containsExactly("lamp", "gear");
        assertThat(after.revision()).isEqualTo(6);
        assertThat(BOTH.model("lamp")).as("as it was").contains(LAMP);
    }

    @Test
    void patchChangesWhatItNamesAndNullRestoresTheDefault() throws Exception {
        SceneOp.Patch some = new SceneOp.Patch(
                "lamp",
                SceneOp.Field.absent(),
                SceneOp.Field.of(AWAY),
                SceneOp.Field.absent(),
                SceneOp.Field.absent(),
                SceneOp.Field.of(false),
                SceneOp.Field.absent(),
                SceneOp.Field.of("floor"));
        assertThat(BOTH.after(List.of(some)).model("lamp"))
                .contains(new Model(
                        "lamp",
                        "models/lamp.glb",
                        AWAY,
                        Quaternion.IDENTITY,
                        Model.UNSCALED,
                        false,
                        Optional.empty(),
                        Optional.of("floor")));
        SceneOp.Patch cleared = new SceneOp.Patch(
                "gear",
                SceneOp.Field.absent(),
                SceneOp.Field.cleared(),
                SceneOp.Field.cleared(),
                SceneOp.Field.cleared(),
                SceneOp.Field.cleared(),
                SceneOp.Field.cleared(),
                SceneOp.Field.cleared());
        assertThat(BOTH.after(List.of(cleared)).model("gear")).contains(new Model("gear", "models/gear.glb"));
    }

    @Test
    void removingUnselectsAndClearingLeavesNothing() throws Exception {
        Scene removed = BOTH.after(List.of(new SceneOp.Remove("lamp")));
        assertThat(removed.selected()).containsExactly("gear");
        assertThat(BOTH.after(List.of(new SceneOp.Clear()))).isEqualTo(new Scene(6, List.of(), List.of()));
    }

    @Test
    void operationsSeeWhatThoseBeforeThemDid() throws Exception {
        assertThat(BOTH.after(List.of(new SceneOp.Clear(), new SceneOp.Put(LAMP), new SceneOp.Select(List.of("lamp"))))
                        .selected())
                .containsExactly("lamp");
        assertThatThrownBy(() -> BOTH.after(List.of(new SceneOp.Clear(), new SceneOp.Select(List.of("lamp")))))
                .isInstanceOfSatisfying(
                        NoSuchModelException.class, e -> assertThat(e.field()).isEqualTo("ops[1].ids[0]"))
                .hasMessageContaining("\"lamp\"");
    }

    @Test
    void itsOwnOperationsMakeItOutOfAnyOther() throws Exception {
        Scene other = new Scene(70, List.of(new Model("kettle", "k.glb")), List.of("kettle"));
        assertThat(other.after(BOTH.asOps())).isEqualTo(new Scene(71, BOTH.models(), BOTH.selected()));
        assertThat(other.after(Scene.EMPTY.asOps())).isEqualTo(new Scene(71, List.of(), List.of()));
    }
}
