package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.geometryos.compositor.api.connection.Subscription;
import org.junit.jupiter.api.Test;

class RosterTest {
    private final Roster roster = new Roster();

    @Test
    void thoseWhoLeaveLeaveAllOthersThere() {
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Group group = new Group(Group.Key.of("compositor.v1.json", Subscription.NONE, ""), null);
            groups.add(group);
            roster.add(group);
        }
        Collections.shuffle(groups, new Random(5));
        while (!groups.isEmpty()) {
            assertThat(roster.groups()).containsExactlyInAnyOrderElementsOf(groups);
            roster.remove(groups.remove(0));
        }
        assertThat(roster.isEmpty()).isTrue();
    }

    @Test
    void whoIsNotThereIsNotMissed() {
        roster.remove(new Group(Group.Key.of("compositor.v1.json", Subscription.NONE, ""), null));
        assertThat(roster.isEmpty()).isTrue();
    }
}
