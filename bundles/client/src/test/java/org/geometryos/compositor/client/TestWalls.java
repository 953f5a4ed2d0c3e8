package org.geometryos.compositor.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.View;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;

/** Walls of screens side by side. */
final class TestWalls {

    private TestWalls() {}

    static Wall wall(String name, String... members) {
        List<WallMember> there = new ArrayList<>();
        for (String display : members) {
            there.add(new WallMember(display, 100.0 * there.size(), 0, 100, 100, 0, 0, Optional.empty()));
        }
        return new Wall(
                name,
                Optional.empty(),
                Optional.empty(),
                1000,
                100,
                Unit.PX,
                Fit.CONTAIN,
                View.CAMERA,
                Optional.empty(),
                there,
                List.of(),
                Optional.empty());
    }
}
