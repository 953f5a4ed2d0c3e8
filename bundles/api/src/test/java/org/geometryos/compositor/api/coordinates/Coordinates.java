package org.geometryos.compositor.api.coordinates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/** What the properties are tried with: everything up to and around 10 million units from the origin. */
public final class Coordinates implements ArbitraryProvider {
    static final double FAR = 1e7;

    static Arbitrary<Double> lengths() {
        Arbitrary<Double> around = Arbitraries.doubles().between(-3_000, 3_000).ofScale(9);
        return Arbitraries.oneOf(
                around,
                Arbitraries.doubles().between(-FAR, FAR).ofScale(9),
                Combinators.combine(around, Arbitraries.of(-FAR, FAR)).as(Double::sum));
    }

    static Arbitrary<Double> angles() {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(-1, 1).ofScale(12).map(turn -> turn * Math.PI),
                Arbitraries.of(-Math.PI, -Math.PI / 2, 0.0, 1e-9, Math.PI / 4, Math.PI / 2, Math.PI));
    }

    static Arbitrary<Point> points() {
        return Combinators.combine(lengths(), lengths()).as(Point::new);
    }

    static Arbitrary<Vector3> vectors() {
        return Combinators.combine(lengths(), lengths(), lengths()).as(Vector3::new);
    }

    static Arbitrary<Quaternion> quaternions() {
        return Combinators.combine(angles(), angles(), angles())
                .as((a, b, c) -> Rotations.multiply(
                        Rotations.multiply(Rotations.aboutY(a), Rotations.aboutX(b)), Rotations.aboutZ(c)));
    }

    static Arbitrary<View2d> views() {
        Arbitrary<Double> zooms =
                Arbitraries.doubles().between(-4, 4).ofScale(6).map(e -> Math.pow(10, e));
        return Combinators.combine(points(), zooms, angles())
                .as((c, zoom, rotation) -> new View2d(c.x(), c.y(), zoom, rotation));
    }

    static Arbitrary<Size> screens() {
        Arbitrary<Double> pixels = Arbitraries.integers().between(1, 16_384).map(Integer::doubleValue);
        return Combinators.combine(pixels, pixels).as(Size::new);
    }

    @Override
    public boolean canProvideFor(TypeUsage type) {
        return find(type).isPresent();
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage type, SubtypeProvider subtypes) {
        return Set.of(find(type).orElseThrow());
    }

    private static Optional<Arbitrary<?>> find(TypeUsage type) {
        return type.isOfType(Point.class)
                ? Optional.of(points())
                : type.isOfType(Vector3.class)
                        ? Optional.of(vectors())
                        : type.isOfType(Quaternion.class)
                                ? Optional.of(quaternions())
                                : type.isOfType(View2d.class)
                                        ? Optional.of(views())
                                        : type.isOfType(Size.class)
                                                ? Optional.of(screens())
                                                : type.isOfType(Pose.class)
                                                        ? Optional.of(Combinators.combine(vectors(), quaternions())
                                                                .as(Pose::new))
                                                        : Optional.empty();
    }

    static double distance(Point a, Point b) {
        return Math.hypot(a.x() - b.x(), a.y() - b.y());
    }

    static double distance(Vector3 a, Vector3 b) {
        return Math.hypot(Math.hypot(a.x() - b.x(), a.y() - b.y()), a.z() - b.z());
    }

    /** The same place within what a double can tell there, and the same direction within 1e-7 rad. */
    static void same(Pose a, Pose b) {
        double reach = Math.abs(b.position().x())
                + Math.abs(b.position().y())
                + Math.abs(b.position().z());
        assertThat(distance(a.position(), b.position())).isLessThanOrEqualTo(16 * Math.ulp(reach + 1));
        same(a.orientation(), b.orientation());
    }

    static void same(Quaternion a, Quaternion b) {
        assertThat(Rotations.angle(a, b)).as("%s and %s", a, b).isLessThan(1e-7);
    }
}
