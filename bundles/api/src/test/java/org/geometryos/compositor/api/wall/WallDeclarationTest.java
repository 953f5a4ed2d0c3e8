package org.geometryos.compositor.api.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WallDeclarationTest {
    private static final String LEFT = "left x=0 y=0 width=1920 height=1080";
    private static final String SIDE =
            "side x=1950.5 y=0 width=1080 height=1920 turn=90 delay=12 position=100,0,-3.5 yaw=15 pitch=0";

    @Test
    void propertiesMayAllBeText() {
        WallDeclaration declared = WallDeclaration.ofProperties("main", properties());

        assertThat(declared.wall().width()).isEqualTo(4000);
        assertThat(declared.wall().unit()).isEqualTo(Unit.MM);
        assertThat(declared.wall().eye()).contains(List.of(0.0, 10.0, 2500.0));
        assertThat(declared.delay()).isZero();
        assertThat(declared.maxDelay()).isEqualTo(400);
        assertThat(declared.alarm()).isEqualTo(17);
        WallMember side = declared.wall().member("side").orElseThrow();
        assertThat(side.turn()).isEqualTo(90);
        assertThat(side.delay()).isEqualTo(12);
        assertThat(side.placement().orElseThrow().yaw()).isCloseTo(Math.toRadians(15), within(1e-12));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        WallDeclaration declared = WallDeclaration.ofProperties("main", properties());

        assertThat((String[]) declared.toProperties().get("members")).containsExactly(LEFT, SIDE);
        assertThat(WallDeclaration.ofProperties("main", declared.toProperties()))
                .isEqualTo(declared);
        assertThat(WallDeclaration.ofRadians("main", declared.toMap())).isEqualTo(declared);
    }

    @Test
    void membersMayBeOneText() {
        for (String text :
                List.of(LEFT, LEFT + ";", LEFT + ";\n" + SIDE, "[ \"" + LEFT + "\", \"" + SIDE + "\" ]", " ")) {
            Map<String, Object> properties = properties();
            properties.put("members", text);

            assertThat(WallDeclaration.ofProperties("main", properties).wall().members())
                    .as(text)
                    .hasSize(text.contains("side") ? 2 : text.contains("left") ? 1 : 0);
        }
    }

    @Test
    void oneOfSeveralTextsMayBeSeveralMembers() {
        for (Object members : List.of(List.of(LEFT + "; " + SIDE), new String[] {LEFT + ";" + SIDE, ""})) {
            Map<String, Object> properties = properties();
            properties.put("members", members);

            assertThat(WallDeclaration.ofProperties("main", properties).wall().members())
                    .hasSize(2);
        }
    }

    @Test
    void objectsOfJsonHaveDegreesToo() {
        WallDeclaration declared = WallDeclaration.ofDegrees(
                "main",
                Map.of(
                        "width",
                        100L,
                        "height",
                        50.5,
                        "members",
                        List.of(Map.of(
                                "display",
                                "a",
                                "x",
                                0L,
                                "y",
                                0L,
                                "width",
                                10L,
                                "height",
                                10L,
                                "position",
                                List.of(1L, 2L, 3.5),
                                "pitch",
                                -90L))));

        Placement stands = declared.wall().members().get(0).placement().orElseThrow();
        assertThat(stands.position()).containsExactly(1.0, 2.0, 3.5);
        assertThat(stands.pitch()).isCloseTo(-Math.PI / 2, within(1e-12));
    }

    @Test
    void wrongValueIsNamedWithItsPath() {
        refused("width", "wide", "width must be a number, not \"wide\"");
        refused("width", null, "width is required, not null");
        refused("width", "0", "width must be above 0, not 0.0");
        refused("unit", "inch", "unit must be one of mm, px, not \"inch\"");
        refused("eye", "1 2", "eye must be three numbers, not \"1 2\"");
        refused("members", new String[] {LEFT, "b x=0 y=0 width=1"}, "members[1].height is required, not null");
        refused(
                "members",
                new String[] {"b x=0 y=0 width=1 height=1 turn=45"},
                "members[0].turn must be 0, 90, 180 or 270, not 45");
        refused(
                "members",
                new String[] {"b x=0 y=0 width=1 heigth=1"},
                "members[0].heigth must be one of display, x, y, width, height, turn, delay, position, yaw, pitch, not \"heigth\"");
        refused("members", new String[] {"b x=0 x=1"}, "members[0] must have each word once, not \"x=1\"");
        refused(
                "members",
                new String[] {"b x=0 y=0 width=1 height=1 yaw=3"},
                "members[0].position is required with yaw and pitch, not null");
        refused("members", new String[] {LEFT, LEFT}, "members[1].display must be there only once, not \"left\"");
        refused("maxDelay", "5", "maxDelay must not be below minDelay (20), not 5.0");
        refused("delay", "5001", "delay must lie in [0, 5000] ms, not 5001.0");
    }

    @Test
    void jsonHasTypes() {
        assertThatThrownBy(() -> WallDeclaration.ofDegrees("main", Map.of("width", "1", "height", 1)))
                .hasMessage("width must be a number, not \"1\"");
        assertThatThrownBy(() -> WallDeclaration.ofDegrees("main", Map.of("title", 1)))
                .hasMessage("title must be text, not 1");
        assertThatThrownBy(() -> WallDeclaration.ofDegrees("main", Map.of("members", LEFT)))
                .hasMessageStartingWith("members must be a list, not ");
        assertThatThrownBy(() -> WallDeclaration.ofDegrees("main", Map.of("members", List.of(LEFT))))
                .hasMessageStartingWith("members[0] must be an object, not ");
        assertThatThrownBy(() ->
                        WallDeclaration.ofDegrees("main", Map.of("width", 1, "height", 1, "eye", List.of(1, "2", 3))))
                .hasMessage("eye must be a number, not \"2\"");
    }

    @Test
    void unknownKeyOfJsonIsRefused() {
        assertThatThrownBy(() -> WallDeclaration.ofRadians("main", Map.of("widht", 1)))
                .hasMessageStartingWith("widht must be one of title, camera")
                .hasMessageEndingWith("not \"widht\"");
    }

    @Test
    void stateOfAWallIsADeclarationToo() {
        WallDeclaration declared = WallDeclaration.ofProperties("main", properties());
        Wall state =
                declared.wall().withDelay(List.of(DelayChange.at(1, 2))).withPicture(Optional.of(Picture.IDENTIFY));

        assertThat(WallDeclaration.of(state).wall()).isEqualTo(declared.wall());
    }

    private static void refused(String key, Object value, String message) {
        Map<String, Object> properties = properties();
        properties.put("minDelay", "20");
        if (value == null) {
            properties.remove(key);
        } else {
            properties.put(key, value);
        }
        assertThatThrownBy(() -> WallDeclaration.ofProperties("main", properties))
                .hasMessage(message);
    }

    private static Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("width", "4000");
        properties.put("height", "2000");
        properties.put("view", "window");
        properties.put("eye", "0 10 2500");
        properties.put("members", new String[] {LEFT, SIDE});
        properties.put("service.pid", "org.geometryos.compositor.wall~main");
        return properties;
    }
}
