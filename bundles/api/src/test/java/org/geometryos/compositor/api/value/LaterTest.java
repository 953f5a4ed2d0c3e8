package org.geometryos.compositor.api.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaterTest {
    private final Later<String> later = new Later<>();
    private final List<String> told = new ArrayList<>();

    @Test
    void thoseWhoWaitAreToldInOrderAndWhoComesLaterAtOnce() {
        later.then(word -> told.add("first " + word));
        later.then(word -> told.add("second " + word));
        assertThat(later.now("unknown")).isEqualTo("unknown");
        later.tell("yes");
        later.then(word -> told.add("third " + word));
        assertThat(told).containsExactly("first yes", "second yes", "third yes");
        assertThat(later.now(null)).isEqualTo("yes");
    }

    @Test
    void whoAsksWhileOthersAreToldComesBehindThem() {
        later.then(word -> {
            later.then(again -> told.add("last"));
            told.add("first");
        });
        later.then(word -> told.add("second"));
        later.tell("yes");
        assertThat(told).containsExactly("first", "second", "last");
    }

    @Test
    void oneThatFailsDoesNotKeepTheAnswerFromTheOthers() {
        later.then(word -> {
            throw new IllegalStateException("broken");
        });
        later.then(told::add);
        assertThatThrownBy(() -> later.tell("yes")).hasMessage("broken");
        assertThat(told).containsExactly("yes");
    }

    @Test
    void anAnswerIsGivenOnce() {
        later.tell("yes");
        assertThatThrownBy(() -> later.tell("no")).isInstanceOf(IllegalStateException.class);
        assertThat(later.now(null)).isEqualTo("yes");
    }

    @Test
    void anotherFormFollows() {
        Answer<Integer> length = later.map(String::length);
        length.then(number -> told.add("" + number));
        assertThat(length.now(-1)).isEqualTo(-1);
        later.tell("yes");
        assertThat(told).containsExactly("3");
        assertThat(Later.of("known").map(String::length).now(-1)).isEqualTo(5);
    }
}
