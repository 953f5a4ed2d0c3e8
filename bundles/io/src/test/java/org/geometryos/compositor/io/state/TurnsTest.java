package org.geometryos.compositor.io.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private record End(String name) implements Answer<End> {
        @Override
        public void then(Consumer<? super End> told) {
            told.accept(this);
        }

        @Override
        public End now(End unknown) {
            return this;
        }
    }

    private static final End OVERTAKEN = new End("overtaken");
    private static final End CROWDED = new End("crowded");

    private final Turns<End> turns = new Turns<>(new Object(), OVERTAKEN, CROWDED);
    private final List<String> attempted = new ArrayList<>();
    private final List<End> told = new ArrayList<>();

    private static Answer<Optional<End>> known(String name) {
        return Later.of(Optional.of(new End(name)));
    }

    private Answer<End> take(String name, Answer<Optional<End>> attempt) {
        return turns.take(1, () -> {
            attempted.add(name);
            return attempt;
        });
    }

    @Test
    void whatIsKnownAtOnceIsAnsweredAtOnce() {
        assertThat(take("a", known("a")).now(null)).isEqualTo(new End("a"));
        assertThat(take("b", Later.of(Optional.empty())).now(null)).isEqualTo(OVERTAKEN);
        assertThat(attempted).hasSizeBetween(3, 20);
        assertThat(take("c", known("c")).now(null)).isEqualTo(new End("c"));
    }

    @Test
    void oneThatFailsWhenItIsToldKeepsNobodyFromTheirTurn() {
        Later<Optional<End>> underWay = new Later<>();
        take("a", underWay).then(end -> {
            throw new IllegalStateException("of no interest");
        });
        take("b", known("b")).then(told::add);
        assertThat(attempted).containsExactly("a");
        underWay.tell(Optional.of(new End("a")));
        assertThat(told).containsExactly(new End("b"));
        assertThat(take("c", known("c")).now(null)).isEqualTo(new End("c"));
    }

    @Test
    void nothingIsAttemptedBeforeWhatComesFirstIsThere() {
        Later<String> first = new Later<>();
        turns.after(first);
        take("a", known("a")).then(told::add);
        take("b", known("b")).then(told::add);
        assertThat(attempted).isEmpty();
        first.tell("told");
        assertThat(told).containsExactly(new End("a"), new End("b"));
    }

    @Test
    void whatTakesTooMuchRoomIsNotKeptWaiting() {
        Later<Optional<End>> underWay = new Later<>();
        take("a", underWay);
        assertThat(turns.take(9L << 20, () -> known("large")).now(null)).isEqualTo(CROWDED);
        for (int i = 0; i < Turns.MOST_WAITING; i++) {
            assertThat(take("b", known("b")).now(null)).isNull();
        }
        assertThat(take("c", known("c")).now(null)).isEqualTo(CROWDED);
        underWay.tell(Optional.of(new End("a")));
        assertThat(attempted).hasSize(1 + Turns.MOST_WAITING);
        assertThat(take("d", known("d")).now(null)).isEqualTo(new End("d"));
    }
}
