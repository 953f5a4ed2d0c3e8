package org.geometryos.compositor.api.coordinates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a point of a screen of a wall shows, against vectors that were worked out in another way. */
class WallTest {
    private static final Vector3 POSITION = new Vector3(3, -2, 7);

    private static JsonNode vectors;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = WallTest.class.getResourceAsStream("/walls.json")) {
            vectors = new ObjectMapper().readTree(in);
        }
    }

    private static void each(String kind, int most, Consumer<JsonNode> check) {
        assertThat(vectors.path(kind)).hasSize(most);
        vectors.path(kind).forEach(check);
    }

    @Test
    void screensShowTheirPartOfTheCanvas() {
        each("parts", 8, one -> {
            View2d whole = new View2d(
                    one.at("/whole/center/0").asDouble(),
                    one.at("/whole/center/1").asDouble(),
                    one.at("/whole/zoom").asDouble(),
                    one.at("/whole/rotation").asDouble());
            Size pixels = size(one.path("pixels"));
            View2d its = part(one).of(whole, size(one.path("wall")), pixels);
            assertThat(its.size()).contains(pixels);
            for (JsonNode point : one.path("points")) {
                Point pixel = new Point(
                        (point.at("/at/0").asDouble() + 1) / 2 * pixels.width(),
                        (1 - point.at("/at/1").asDouble()) / 2 * pixels.height());
                Point world = Canvas.toWorld(its, pixels, pixel);
                assertThat(world.x()).isCloseTo(point.at("/world/0").asDouble(), within(1e-6));
                assertThat(world.y()).isCloseTo(point.at("/world/1").asDouble(), within(1e-6));
            }
        });
    }

    @Test
    void screensAreWindowsBeforeAnEye() {
        each("windows", 6, one -> {
            JsonNode at = one.path("screen");
            WallScreen screen = WallScreen.at(
                    vector(at.path("middle")),
                    at.path("yaw").asDouble(),
                    at.path("pitch").asDouble(),
                    at.path("turn").asDouble(),
                    at.path("width").asDouble(),
                    at.path("height").asDouble());
            View3d camera = new View3d(
                    POSITION,
                    orientation(one),
                    new Projection.Perspective(1, 0.1, OptionalDouble.empty(), OptionalDouble.empty()));
            View3d its = screen.window(camera, vector(one.path("eye")));
            assertThat(its.position()).isEqualTo(POSITION);
            assertThat(((Projection.Frustum) its.projection()).zfar()).isEqualTo(0.1 * WallScreen.FAR);
            raysAre(one, its);
        });
    }

    @Test
    void screensShowTheirPartOfACamerasPicture() {
        each("cuts", 16, one -> {
            Size wall = size(one.path("wall"));
            View3d camera = new View3d(POSITION, orientation(one), projection(one.path("projection")));
            View3d its = part(one)
                    .screen(wall)
                    .cut(
                            camera,
                            wall,
                            WallScreen.Fit.valueOf(one.path("fit").asText().toUpperCase(Locale.ROOT)));
            raysAre(one, its);
        });
    }

    /** Through each point of the picture the ray goes where it should. */
    private static void raysAre(JsonNode one, View3d view) {
        for (JsonNode point : one.path("points")) {
            double u = (point.at("/at/0").asDouble() + 1) / 2;
            double v = (point.at("/at/1").asDouble() + 1) / 2;
            if (view.projection() instanceof Projection.Orthographic flat) {
                Vector3 from = Rotations.rotate(
                        view.orientation(), new Vector3((2 * u - 1) * flat.xmag(), (2 * v - 1) * flat.ymag(), 0));
                same(
                        new Vector3(
                                view.position().x() - POSITION.x() + from.x(),
                                view.position().y() - POSITION.y() + from.y(),
                                view.position().z() - POSITION.z() + from.z()),
                        vector(point.path("from")));
                continue;
            }
            Projection.Frustum frustum = (Projection.Frustum) view.projection();
            Vector3 through = Rotations.rotate(
                    view.orientation(),
                    new Vector3(
                            frustum.left() + u * (frustum.right() - frustum.left()),
                            frustum.bottom() + v * (frustum.top() - frustum.bottom()),
                            -frustum.znear()));
            double length =
                    Math.sqrt(through.x() * through.x() + through.y() * through.y() + through.z() * through.z());
            same(
                    new Vector3(through.x() / length, through.y() / length, through.z() / length),
                    vector(point.path("ray")));
        }
    }

    private static void same(Vector3 actual, Vector3 expected) {
        assertThat(actual.x()).isCloseTo(expected.x(), within(1e-7));
        assertThat(actual.y()).isCloseTo(expected.y(), within(1e-7));
        assertThat(actual.z()).isCloseTo(expected.z(), within(1e-7));
    }

    private static WallPart part(JsonNode one) {
        JsonNode part = one.path("part");
        return new WallPart(
                part.path("x").asDouble(),
                part.path("y").asDouble(),
                part.path("width").asDouble(),
                part.path("height").asDouble(),
                part.path("turn").asInt());
    }

    private static Size size(JsonNode list) {
        return new Size(list.path(0).asDouble(), list.path(1).asDouble());
    }

    private static Vector3 vector(JsonNode list) {
        return new Vector3(
                list.path(0).asDouble(), list.path(1).asDouble(), list.path(2).asDouble());
    }

    private static Quaternion orientation(JsonNode one) {
        JsonNode list = one.path("orientation");
        return new Quaternion(
                list.path(0).asDouble(),
                list.path(1).asDouble(),
                list.path(2).asDouble(),
                list.path(3).asDouble());
    }

    private static Projection projection(JsonNode one) {
        double near = one.path("znear").asDouble();
        return switch (one.path("type").asText()) {
            case "perspective" ->
                new Projection.Perspective(
                        one.path("yfov").asDouble(),
                        near,
                        OptionalDouble.empty(),
                        one.has("aspectRatio")
                                ? OptionalDouble.of(one.path("aspectRatio").asDouble())
                                : OptionalDouble.empty());
            case "frustum" ->
                new Projection.Frustum(
                        one.path("left").asDouble(),
                        one.path("right").asDouble(),
                        one.path("bottom").asDouble(),
                        one.path("top").asDouble(),
                        near,
                        one.path("zfar").asDouble());
            default ->
                new Projection.Orthographic(
                        one.path("xmag").asDouble(),
                        one.path("ymag").asDouble(),
                        near,
                        one.path("zfar").asDouble());
        };
    }

    @Test
    void whatCannotBeIsRefusedWithValueAndRule() {
        assertThatThrownBy(() -> new WallPart(0, 0, 1, 1, 45))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("turn")
                .hasMessageContaining("45");
        assertThatThrownBy(() -> new WallPart(0, 0, 0, 1, 0)).isInstanceOf(InvalidValueException.class);
        WallScreen screen = new WallPart(0, 0, 10, 10, 0).screen(new Size(10, 10));
        View3d camera = new View3d(POSITION, Quaternion.IDENTITY, new Projection.Orthographic(1, 1, 0, 10));
        assertThatThrownBy(() -> screen.window(camera, new Vector3(0, 0, 0)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("eye");
        assertThatThrownBy(() -> WallScreen.eye(camera.projection(), new Size(1, 1), WallScreen.Fit.COVER))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("projection");
        assertThat(((Projection.Frustum)
                                screen.window(camera, new Vector3(0, 0, 5)).projection())
                        .znear())
                .isEqualTo(10 / WallScreen.FAR);
    }
}
