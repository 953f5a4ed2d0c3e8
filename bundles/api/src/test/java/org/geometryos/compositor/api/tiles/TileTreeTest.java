package org.geometryos.compositor.api.tiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;

class TileTreeTest {
    private static final int MILLION = 1_000_000;
    private static final int MIB = 1 << 20;

    private record Place(int z, int x, int y) {}

    private static Map<Place, Long> tiles(TileTree tree) {
        Map<Place, Long> tiles = new HashMap<>();
        tree.forEach((z, x, y, v) ->
                assertThat(tiles.put(new Place(z, x, y), v)).as("a tile twice").isNull());
        return tiles;
    }

    private static TileTree back(TileTree tree) {
        return TileTree.decode(tree.encode());
    }

    /** A million tiles and a few more: nine complete levels, and most of the tenth. */
    private static TileTree million(long version) {
        TileTree tree = TileTree.pyramid(0, 0, 0, 9, version);
        for (int i = 0; tree.size() < MILLION; i++) {
            tree = tree.plus(TileTree.pyramid(4, i % 16, i / 16, 6, version));
        }
        return tree;
    }

    private static Place anywhere(Random random, int levels) {
        int z = random.nextInt(levels);
        return new Place(z, random.nextInt(1 << z), random.nextInt(1 << z));
    }

    private static TileTree any(Random random) {
        TileTree tree = TileTree.EMPTY;
        for (int i = 0; i < 12; i++) {
            Place place = anywhere(random, 5);
            TileTree part =
                    TileTree.pyramid(place.z(), place.x(), place.y(), random.nextInt(6 - place.z()), random.nextInt(3));
            tree = random.nextInt(4) > 0 ? tree.plus(part) : tree.minus(part);
        }
        return tree;
    }

    @Test
    void saysWhichTilesAreUnlikeThoseOfAnother() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TileTree tree = any(random);
            TileTree other = random.nextBoolean() ? any(random) : tree.plus(any(random));
            Map<Place, Long> expected = tiles(tree);
            tiles(other).forEach(expected::remove);
            TileTree unlike = tree.unlike(other);
            assertThat(tiles(unlike)).as("seed %s", seed).isEqualTo(expected);
            assertThat(other.plus(unlike).unlike(tree).minus(other).isEmpty()).isTrue();
            assertThat(back(unlike)).isEqualTo(unlike);
        }
        assertThat(TileTree.pyramid(0, 0, 0, 30, 1).unlike(TileTree.pyramid(0, 0, 0, 30, 2)))
                .isEqualTo(TileTree.pyramid(0, 0, 0, 30, 1));
    }

    @Test
    void saysWhichTilesAnotherHasAsWell() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TileTree tree = any(random);
            TileTree other = random.nextBoolean() ? any(random) : tree.plus(any(random));
            Map<Place, Long> expected = tiles(tree);
            expected.keySet().retainAll(tiles(other).keySet());
            TileTree within = tree.within(other);
            assertThat(tiles(within)).as("seed %s", seed).isEqualTo(expected);
            assertThat(back(within)).isEqualTo(within);
            assertThat(tree.minus(within)).isEqualTo(tree.minus(other));
        }
        TileTree one = TileTree.tile(20, 5, 9, 3);
        assertThat(one.within(TileTree.pyramid(0, 0, 0, 30, 0))).isSameAs(one);
    }

    @Test
    void aroundARectangleAreTheTilesThatTouchIt() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int level = random.nextInt(5);
            int deepest = level + random.nextInt(3);
            long left = random.nextInt(40) - 12;
            long top = random.nextInt(40) - 12;
            long right = left + random.nextInt(20) - 1;
            long bottom = top + random.nextInt(20) - 1;
            Map<Place, Long> expected = new HashMap<>();
            TileTree.pyramid(0, 0, 0, deepest, 0).forEach((z, x, y, v) -> {
                // in columns and rows of the rectangle's level
                double side = Math.scalb(1.0, level - z);
                if (x * side <= right + (z > level ? 0.99 : 0)
                        && y * side <= bottom + (z > level ? 0.99 : 0)
                        && (x + 1) * side > left
                        && (y + 1) * side > top) {
                    expected.put(new Place(z, x, y), 0L);
                }
            });
            boolean empty = right < left || bottom < top;
            assertThat(tiles(TileTree.around(level, left, top, right, bottom, deepest)))
                    .as("seed %s", seed)
                    .isEqualTo(empty ? Map.of() : expected);
        }
        assertThat(TileTree.around(9, Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 30))
                .isEqualTo(TileTree.pyramid(0, 0, 0, 30, 0));
        assertThatThrownBy(() -> TileTree.around(9, 0, 0, 1, 1, 8)).hasMessageContaining("deepest");
    }

    @Test
    void isAMapOfTilesWhateverIsDoneToIt() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TileTree tree = TileTree.EMPTY;
            Map<Place, Long> map = new HashMap<>();
            for (int i = 0; i < 80; i++) {
                Place place = anywhere(random, 7);
                int levels = random.nextInt(7 - place.z());
                long version = List.of(0L, 1L, 2L, TileTree.MAX_VERSION, 1L << random.nextInt(53))
                        .get(random.nextInt(5));
                boolean put = random.nextInt(3) > 0;
                TileTree part = TileTree.pyramid(place.z(), place.x(), place.y(), levels, version);
                tree = put ? tree.plus(part) : tree.minus(part);
                tiles(part).forEach((each, v) -> {
                    if (put) {
                        map.put(each, v);
                    } else {
                        map.remove(each);
                    }
                });
            }
            assertThat(tiles(tree)).as("seed %s", seed).isEqualTo(map);
            assertThat(tree.size()).isEqualTo(map.size());
            assertThat(tree.isEmpty()).isEqualTo(map.isEmpty());
            assertThat(back(tree)).isEqualTo(tree).hasSameHashCodeAs(tree);
            for (int i = 0; i < 50; i++) {
                Place place = anywhere(random, 8);
                assertThat(tree.version(place.z(), place.x(), place.y()).orElse(-1))
                        .isEqualTo(map.getOrDefault(place, -1L));
            }
            if (!map.isEmpty()) {
                assertThat(tree.minZoom())
                        .isEqualTo(
                                map.keySet().stream().mapToInt(Place::z).min().getAsInt());
                assertThat(tree.maxZoom())
                        .isEqualTo(
                                map.keySet().stream().mapToInt(Place::z).max().getAsInt());
            }
            List<TileTree> parts = tree.split(64);
            assertThat(parts.stream().reduce(TileTree.EMPTY, TileTree::plus)).isEqualTo(tree);
            assertThat(parts.stream().mapToLong(TileTree::size).sum()).isEqualTo(tree.size());
            parts.forEach(part -> assertThat(part.encode().length).isLessThanOrEqualTo(64));
            List<TileTree> packed = tree.packed(64);
            assertThat(packed).isEqualTo(parts);
            for (TileTree part : packed) {
                assertThat(part.encode()).isEqualTo(back(part).encode()).hasSize(part.encodedLength());
                // whoever changes what he was given changes nothing here
                java.util.Arrays.fill(part.encode(), (byte) 0);
                assertThat(back(part)).isEqualTo(part);
            }
        }
    }

    @Test
    void hasOneFormForOneSet() {
        TileTree one = TileTree.pyramid(0, 0, 0, 5, 3);
        TileTree other = TileTree.EMPTY;
        List<Place> places = new ArrayList<>(tiles(one).keySet());
        java.util.Collections.shuffle(places, new Random(1));
        for (Place place : places) {
            other = other.plus(TileTree.tile(place.z(), place.x(), place.y(), 3));
        }
        assertThat(other).isEqualTo(one);
        assertThat(other.bytes()).isEqualTo(one.bytes()).isEqualTo(24);
        assertThat(other.encode()).isEqualTo(one.encode()).hasSizeLessThan(4);
        assertThat(one.plus(TileTree.tile(3, 1, 1, 3))).isSameAs(one);
    }

    @Test
    void isWrittenAsTheProtocolSays() {
        TileTree tree = TileTree.pyramid(0, 0, 0, 2, 3)
                .plus(TileTree.tile(2, 1, 2, 7))
                .plus(TileTree.tile(3, 7, 7, 1795253527))
                .minus(TileTree.tile(2, 0, 0, 0));
        assertThat(Base64.getEncoder().encodeToString(tree.encode())).isEqualTo("fktyfzf+X7/+xwAAAANYCyis");
        assertThat(TileTree.EMPTY.encode()).isEmpty();
        assertThat(TileTree.decode(new byte[0])).isEqualTo(TileTree.EMPTY);
    }

    @Test
    void whatIsNoSetIsRefused() {
        byte[] good =
                TileTree.pyramid(0, 0, 0, 2, 3).plus(TileTree.tile(3, 7, 7, 9)).encode();
        for (int length = 1; length < good.length; length++) {
            byte[] half = java.util.Arrays.copyOf(good, length);
            assertThatThrownBy(() -> TileTree.decode(half)).isInstanceOf(InvalidValueException.class);
        }
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> TileTree.decode(longer)).hasMessageContaining("must end with the last tile");
        // a block of 31 levels
        assertThatThrownBy(() -> TileTree.decode(new byte[] {0b0000_0011, (byte) 0b1111_1000}))
                .hasMessageContaining("below level 30");
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            try {
                TileTree tree = TileTree.decode(bytes);
                assertThat(back(tree)).isEqualTo(tree);
            } catch (InvalidValueException e) {
                assertThat(e).hasMessageStartingWith("tree ");
            }
        }
    }

    @Test
    void whatIsNoTileIsRefused() {
        assertThatThrownBy(() -> TileTree.tile(31, 0, 0, 0)).hasMessage("z must lie in [0, 30], not 31");
        assertThatThrownBy(() -> TileTree.tile(2, 4, 0, 0)).hasMessage("x must lie in [0, 3], not 4");
        assertThatThrownBy(() -> TileTree.tile(2, 0, -1, 0)).hasMessage("y must lie in [0, 3], not -1");
        assertThatThrownBy(() -> TileTree.tile(2, 0, 0, 1L << 53)).hasMessageContaining("v must lie in");
    }

    @Test
    void pyramidsOfAllLevelsAreQuick() {
        TileTree all = TileTree.pyramid(0, 0, 0, 30, 1);
        assertThat(all.size()).isEqualTo(((1L << 62) - 1) / 3);
        assertThat(all.minus(TileTree.pyramid(0, 0, 0, 29, 1)).size()).isEqualTo(1L << 60);
        assertThat(all.plus(TileTree.pyramid(0, 0, 0, 29, 2)).size()).isEqualTo(all.size());
    }

    /** "A display that joins gets the set in less than 1 MiB": base64 makes a third more of it. */
    @Test
    void aMillionTilesFitIntoAMessage() {
        TileTree fresh = million(1);
        assertThat(fresh.size()).isGreaterThanOrEqualTo(MILLION);
        report("of one version", fresh);
        assertThat(text(fresh)).isLessThan(1000);

        Random random = new Random(3);
        TileTree minute = fresh;
        for (int i = 0; i < 60_000; i++) {
            Place place = new Place(9, random.nextInt(512), random.nextInt(512));
            long version = minute.version(place.z(), place.x(), place.y()).orElse(0);
            minute = minute.plus(TileTree.tile(place.z(), place.x(), place.y(), version + 1));
        }
        report("after 60,000 changes", minute);
        assertThat(text(minute)).isLessThan(MIB / 3);

        TileTree times = fresh;
        for (int i = 0; i < 60_000; i++) {
            times = times.plus(TileTree.tile(10, random.nextInt(1024), random.nextInt(640), 1_000_000 + i));
        }
        report("after 60,000 changes, versions of one counter", times);
        assertThat(text(times)).isLessThan(MIB);
    }

    @Test
    void aMillionTilesThatChangedAMillionTimesFitIntoAMessage() {
        Random random = new Random(4);
        TileTree tree = million(1);
        for (int i = 0; i < MILLION; i++) {
            int z = random.nextInt(4) == 0 ? 9 : 10;
            int x = random.nextInt(1 << z);
            int y = random.nextInt(z == 9 ? 512 : 640);
            tree = tree.plus(TileTree.tile(z, x, y, tree.version(z, x, y).orElse(0) + 1));
        }
        report("after a million changes", tree);
        assertThat(text(tree)).isLessThan(MIB);
        assertThat(tree.bytes()).isLessThan(40L * MILLION);
        assertThat(back(tree)).isEqualTo(tree);
    }

    private static int text(TileTree tree) {
        return (tree.encode().length + 2) / 3 * 4;
    }

    private static void report(String what, TileTree tree) {
        long before = System.nanoTime();
        byte[] bytes = tree.encode();
        long between = System.nanoTime();
        TileTree.decode(bytes);
        long after = System.nanoTime();
        System.out.printf(
                "%d tiles %s: %d bytes, %d as text, %d in memory; written in %d ms, read in %d ms%n",
                tree.size(),
                what,
                bytes.length,
                text(tree),
                tree.bytes(),
                (between - before) / MILLION,
                (after - between) / MILLION);
    }
}
