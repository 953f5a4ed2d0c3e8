package org.geometryos.compositor.api.coordinates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;

class CanvasTest {
    private static final Size SCREEN = new Size(1920, 1080);

    @Example
    void theMiddleOfTheScreenShowsTheCenter() {
        assertThat(Canvas.toWorld(new View2d(819_200, -5, 1.5, 0.7), SCREEN, new Point(960, 540)))
                .isEqualTo(new Point(819_200, -5));
    }

    @Example
    void zoomIsPixelsPerUnitAndYGoesDown() {
        assertThat(Canvas.toScreen(new View2d(100, 100, 2, 0), SCREEN, new Point(110, 90)))
                .isEqualTo(new Point(980, 520));
    }

    @Example
    void withPositiveRotationTheContentTurnsClockwise() {
        Point screen = Canvas.toScreen(new View2d(0, 0, 1, Math.PI / 2), SCREEN, new Point(100, 0));
        assertThat(screen.x()).as("what was to the right").isCloseTo(960, within(1e-9));
        assertThat(screen.y()).as("is below").isCloseTo(640, within(1e-9));
    }

    @Property
    void aPixelComesBackFromTheWorld(
            @ForAll View2d view,
            @ForAll Size screen,
            @ForAll @Scale(6) @DoubleRange(min = -20_000, max = 20_000) double x,
            @ForAll @Scale(6) @DoubleRange(min = -20_000, max = 20_000) double y) {
        Point pixel = new Point(x, y);
        Point world = Canvas.toWorld(view, screen, pixel);
        // a double of the world is so many pixels wide
        double grain =
                view.zoom() * (Math.ulp(world.x()) + Math.ulp(world.y()) + Math.ulp(view.x()) + Math.ulp(view.y()))
                        + Math.ulp(50_000.0);
        assertThat(Coordinates.distance(Canvas.toScreen(view, screen, world), pixel))
                .isLessThanOrEqualTo(8 * grain);
    }

    @Property
    void aPointOfTheWorldComesBackFromTheScreen(@ForAll View2d view, @ForAll Size screen, @ForAll Point world) {
        Point pixel = Canvas.toScreen(view, screen, world);
        double grain =
                (Math.ulp(pixel.x()) + Math.ulp(pixel.y()) + Math.ulp(screen.width()) + Math.ulp(screen.height()))
                                / view.zoom()
                        + Math.ulp(world.x())
                        + Math.ulp(world.y())
                        + Math.ulp(view.x())
                        + Math.ulp(view.y());
        assertThat(Coordinates.distance(Canvas.toWorld(view, screen, pixel), world))
                .isLessThanOrEqualTo(8 * grain);
    }

    @Example
    void tenMillionUnitsAwayAPixelIsStillAThousandthSharp() {
        View2d view = new View2d(10_000_000.25, -10_000_000.25, 1_000, 1);
        Point pixel = new Point(17.5, 1003.25);
        assertThat(Coordinates.distance(Canvas.toScreen(view, SCREEN, Canvas.toWorld(view, SCREEN, pixel)), pixel))
                .as("pixels, at 1000 of them per unit")
                .isLessThan(0.01);
    }

    @Example
    void tilesLeftOfAndAboveTheOriginAreNegative() {
        assertThat(Tile.at(new Point(0, 255.9), 256)).isEqualTo(new Tile(0, 0));
        assertThat(Tile.at(new Point(-0.1, 256), 256)).isEqualTo(new Tile(-1, 1));
        assertThat(Tile.at(new Point(-256, -256.1), 256)).isEqualTo(new Tile(-1, -2));
        assertThat(Tile.at(new Point(-1e-300, -0.0), 256)).isEqualTo(new Tile(-1, 0));
        assertThat(new Tile(-1, -2).origin(256)).isEqualTo(new Point(-256, -512));
    }

    @Property
    void aPointLiesBetweenTheEdgesOfItsTile(
            @ForAll Point point, @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 100_000) double size) {
        Tile tile = Tile.at(point, size);
        assertThat(point.x())
                .isBetween(
                        tile.origin(size).x(),
                        Math.nextDown(
                                new Tile(tile.column() + 1, 0).origin(size).x()));
        assertThat(point.y())
                .isBetween(
                        tile.origin(size).y(),
                        Math.nextDown(new Tile(0, tile.row() + 1).origin(size).y()));
    }

    @Property
    void anEdgeBelongsToTheTileThatItBegins(
            @ForAll @LongRange(min = -10_000_000, max = 10_000_000) long column,
            @ForAll @Scale(6) @DoubleRange(min = 0.001, max = 1_000) double size) {
        double edge = column * size;
        assertThat(Tile.at(new Point(edge, edge), size)).isEqualTo(new Tile(column, column));
        assertThat(Tile.at(new Point(Math.nextDown(edge), 0), size)).isEqualTo(new Tile(column - 1, 0));
    }

    @Example
    void whatIsNoTileIsRefused() {
        assertThatThrownBy(() -> Tile.at(new Point(0, 0), 0))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("size must be a finite number above 0, not 0.0");
        assertThatThrownBy(() -> Tile.at(new Point(0, 1e300), 1))
                .hasMessage("row must lie in (-2^52, 2^52), not 1.0E300");
        assertThatThrownBy(() -> new Tile(0, Long.MIN_VALUE))
                .hasMessage("row must lie in [-2^52, 2^52], not -9223372036854775808");
        assertThatThrownBy(() -> new Point(Double.NaN, 0)).hasMessage("x must be a finite number, not NaN");
    }
}
