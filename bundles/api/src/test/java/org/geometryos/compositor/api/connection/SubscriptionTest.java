package org.geometryos.compositor.api.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.geometryos.compositor.api.value.Size;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final Subscription MUCH = Subscription.toCameras("b", "a")
            .with(Topic.PRESENCE)
            .with(Topic.SCENE)
            .with(Delivery.EVERY)
            .withoutEcho();

    @Test
    void whatIsNotAskedForIsNotThere() {
        assertThat(Subscription.NONE.none()).isTrue();
        assertThat(Subscription.NONE.wants("a")).isFalse();
        assertThat(Subscription.toCameras().none()).isTrue();
        Subscription one = Subscription.toCameras("a");
        assertThat(one.none()).isFalse();
        assertThat(one.wants("a")).isTrue();
        assertThat(one.wants("b")).isFalse();
        assertThat(one.scene() || one.presence() || one.every()).isFalse();
        assertThat(one.echo()).isTrue();
        assertThat(one.rate()).isEmpty();
        assertThat(Subscription.NONE.with(Topic.PRESENCE).none()).isFalse();
    }

    @Test
    void allCamerasAreAlsoThoseToCome() {
        Subscription all = Subscription.toAllCameras();
        assertThat(all.all()).isTrue();
        assertThat(all.cameras()).isEmpty();
        assertThat(all.wants("any")).isTrue();
    }

    @Test
    void eachAdditionLeavesTheRestAsItIs() {
        assertThat(MUCH.cameras()).containsExactly("a", "b");
        assertThat(MUCH.topics()).containsExactly(Topic.SCENE, Topic.PRESENCE);
        assertThat(MUCH.every()).isTrue();
        assertThat(MUCH.echo()).isFalse();
        assertThat(Subscription.toCameras("a").with(Topic.SCENE).withRate(30))
                .isEqualTo(new Subscription(
                        Set.of("a"), Set.of(), Set.of(Topic.SCENE), Delivery.LATEST, OptionalDouble.of(30), true));
    }

    @Test
    void tilesNearACameraAreKeptAndWithoutTilesThereIsNoPlaceForThem() {
        Near near = new Near("a", 0.5, Optional.of(new Size(1920, 1080)));
        Subscription wanted = Subscription.toCameras("a").withTiles(near).withoutEcho();
        assertThat(wanted.tiles()).isTrue();
        assertThat(Subscription.fromMap(wanted.toMap())).isEqualTo(wanted);
        assertThat(wanted.with(Topic.SCENE).near()).contains(near);
        Subscription without = new Subscription(
                Set.of(), Set.of(), Set.of(), Delivery.LATEST, OptionalDouble.empty(), true, wanted.near());
        assertThat(without).isEqualTo(Subscription.NONE);
        assertThat(new Near("a").margin()).isEqualTo(1);
        assertThatThrownBy(() -> new Near("a", 9, Optional.empty())).hasMessageContaining("margin");
        assertThatThrownBy(() -> new Near("a//b")).hasMessageContaining("camera");
        assertThatThrownBy(() -> new Near("a", 1, Optional.of(new Size(2e6, 1))))
                .hasMessageContaining("size");
    }

    @Test
    void itIsAValueWhateverItWasMadeOf() {
        Set<Topic> topics = EnumSet.of(Topic.SCENE);
        Set<String> cameras = new HashSet<>(Set.of("a"));
        Subscription made = new Subscription(cameras, Set.of(), topics, Delivery.LATEST, OptionalDouble.empty(), true);
        topics.add(Topic.PRESENCE);
        cameras.add("b");
        assertThat(made)
                .isEqualTo(Subscription.toCameras("a").with(Topic.SCENE))
                .hasSameHashCodeAs(Subscription.toCameras("a").with(Topic.SCENE));
        assertThatThrownBy(() -> made.topics().add(Topic.PRESENCE)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void itIsKeptInTheWordsOfEarlierVersions() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("all", false);
        kept.put("cameras", List.of("a", "b"));
        kept.put("scene", true);
        kept.put("presence", true);
        kept.put("every", true);
        kept.put("rate", 0.0);
        kept.put("echo", false);
        assertThat(MUCH.toMap()).isEqualTo(kept);
        assertThat(Subscription.fromMap(kept)).isEqualTo(MUCH);
        Subscription limited = Subscription.toAllCameras().withRate(0.5);
        assertThat(Subscription.fromMap(limited.toMap())).isEqualTo(limited);
        assertThat(Subscription.fromMap(null)).isEqualTo(Subscription.NONE);
    }

    @Test
    void wallsAreKeptBesideTheWordsOfEarlierVersions() {
        Subscription named = MUCH.withWalls(Set.of("main", "left"));
        assertThat(named.walls()).containsExactly("left", "main");
        assertThat(named.wantsWall("main")).isTrue();
        assertThat(named.wantsWall("other")).isFalse();
        assertThat(Subscription.fromMap(named.toMap())).isEqualTo(named);
        Subscription all = MUCH.with(Topic.ALL_WALLS);
        assertThat(all.wantsWall("other")).isTrue();
        assertThat(Subscription.fromMap(all.toMap())).isEqualTo(all);
        assertThat(MUCH.toMap()).doesNotContainKeys("walls", "allWalls");
    }

    @Test
    void namesOfWallsTakeMemoryToo() {
        Subscription walls = Subscription.NONE.withWalls(Set.of("main"));
        assertThat(walls.none()).isFalse();
        assertThat(walls.bytes())
                .isEqualTo(Subscription.toCameras("main").bytes())
                .isPositive();
        assertThat(Subscription.bytes(walls.toMap())).isEqualTo(walls.bytes());
    }

    @Test
    void aDeliveryHasTheWordOfTheProtocol() {
        assertThat(Delivery.LATEST.word()).isEqualTo("latest");
        assertThat(Delivery.of("every")).isEqualTo(Delivery.EVERY);
    }
}
