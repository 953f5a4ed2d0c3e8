package org.geometryos.compositor.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private final Map<String, Declared> before = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    private static Declared wall(String name, String... displays) {
        return WallKeeperTest.declared(name, Map.of(), displays);
    }

    private void add(Candidates candidates, String pid, Declared wall) {
        candidates.add(pid, wall.declaration(), true, wrong::add);
    }

    @Test
    void brokenDeclarationLeavesTheLastGoodOne() {
        before.put("main", wall("main", "a"));
        Candidates candidates = new Candidates(before);
        candidates.addBroken("pid~main", "main", "width must be above 0, not 0.0", wrong::add);
        candidates.addBroken("pid~other", "other", "width is required, not null", wrong::add);

        assertThat(candidates.inForce()).containsOnlyKeys("main");
        assertThat(wrong)
                .containsExactly(
                        "width must be above 0, not 0.0; the wall stays as it was",
                        "width is required, not null; there is no such wall");
    }

    @Test
    void displayOfAnotherWallIsRefusedUntilItIsFree() {
        before.put("b", wall("b", "x"));
        before.put("a", wall("a", "y"));
        Candidates candidates = new Candidates(before);
        add(candidates, "pid~a", wall("a", "y", "x"));
        add(candidates, "pid~b", wall("b", "x"));

        Map<String, Declared> inForce = candidates.inForce();
        assertThat(inForce.get("a").declaration().wall().member("x")).isEmpty();
        assertThat(inForce.get("a").declaration().wall().member("y")).isPresent();
        assertThat(wrong).containsExactly("members[1].display must be no member of the wall b, not \"x\"");

        wrong.clear();
        Candidates next = new Candidates(inForce);
        add(next, "pid~a", wall("a", "y", "x"));
        add(next, "pid~b", wall("b"));
        assertThat(next.inForce().get("a").declaration().wall().members()).hasSize(2);
        assertThat(wrong).isEmpty();
    }

    @Test
    void wallThatIsDeclaredTwiceIsTold() {
        Candidates candidates = new Candidates(before);
        add(candidates, "pid~2", wall("main", "b"));
        add(candidates, "pid~1", wall("main", "a"));

        assertThat(candidates.inForce().get("main").pid()).contains("pid~1");
        assertThat(wrong).containsExactly("the wall main is declared twice; pid~1 is in force");
    }

    @Test
    void membersAndWallsAreBounded() {
        Candidates candidates = new Candidates(before);
        for (int i = 0; i < 5; i++) {
            String[] displays = new String[250];
            for (int j = 0; j < displays.length; j++) {
                displays[j] = "d" + i + "-" + j;
            }
            add(candidates, "pid~w" + i, wall("w" + i, displays));
        }
        assertThat(candidates.inForce()).hasSize(4);
        assertThat(wrong)
                .containsExactly("members must be at most 1024 in all walls together (the others have 1000), not 250");

        wrong.clear();
        Candidates many = new Candidates(before);
        for (int i = 0; i < Candidates.MAX_WALLS + 1; i++) {
            add(many, "pid~w" + (100 + i), wall("w" + (100 + i)));
        }
        assertThat(many.inForce()).hasSize(Candidates.MAX_WALLS);
        assertThat(wrong).containsExactly("wall must be one of at most 64 walls, not \"w164\"");
    }

    @Test
    void checkLeavesTheWallItselfOut() {
        before.put("main", wall("main", "a"));
        before.put("side", wall("side", "b"));

        Candidates.check(wall("main", "a", "c").declaration(), before);
        assertThatThrownBy(() -> Candidates.check(wall("main", "b").declaration(), before))
                .hasMessageContaining("members[0].display");
    }
}
