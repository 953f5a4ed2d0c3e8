package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.client.SubscriptionState.Next;
import org.geometryos.compositor.protocol.RequestId;
import org.junit.jupiter.api.Test;

class SubscriptionStateTest {
    private static final RequestId FIRST = new RequestId.Number(1);
    private static final RequestId SECOND = new RequestId.Number(2);

    private final SubscriptionState state = new SubscriptionState(to("a"));

    private static Subscription to(String camera) {
        return Subscription.toCameras(camera);
    }

    @Test
    void aNewSessionIsSubscribedAndAResumedOneStands() {
        assertThat(state.welcomed(false)).isEqualTo(Next.SUBSCRIBE);
        assertThat(state.welcomed(true)).isEqualTo(Next.NOTHING);
        assertThat(state.welcomed(false)).isEqualTo(Next.SUBSCRIBE);
    }

    @Test
    void theNewOneIsInForceWithItsAnswerAndNotBefore() {
        state.asked(FIRST, to("b"), true);
        assertThat(state.asking()).isTrue();
        assertThat(state.subscription()).isEqualTo(to("a"));
        assertThat(state.granted(SECOND)).as("an answer to something else").isFalse();
        assertThat(state.granted(FIRST)).isTrue();
        assertThat(state.subscription()).isEqualTo(to("b"));
        assertThat(state.asking()).isFalse();
        assertThat(state.granted(FIRST)).as("a second answer").isFalse();
    }

    @Test
    void aRefusedOneLeavesTheOneBefore() {
        state.asked(FIRST, to("b"), true);
        state.refused(Optional.empty());
        state.refused(Optional.of(SECOND));
        assertThat(state.asking()).isTrue();
        state.refused(Optional.of(FIRST));
        assertThat(state.asking()).isFalse();
        state.lost();
        assertThat(state.subscription()).isEqualTo(to("a"));
        assertThat(state.welcomed(true)).isEqualTo(Next.NOTHING);
    }

    @Test
    void lostBeforeTheAnswerItIsAskedForFromTheBeginning() {
        state.asked(FIRST, to("b"), true);
        state.lost();
        assertThat(state.subscription()).isEqualTo(to("b"));
        assertThat(state.welcomed(true)).isEqualTo(Next.UNSUBSCRIBE_AND_SUBSCRIBE);
    }

    @Test
    void lostBetweenAnswerAndSnapshotItIsAskedForFromTheBeginning() {
        state.asked(FIRST, to("b"), true);
        state.granted(FIRST);
        state.lost();
        assertThat(state.welcomed(true)).isEqualTo(Next.UNSUBSCRIBE_AND_SUBSCRIBE);
    }

    @Test
    void withItsSnapshotItStands() {
        state.asked(FIRST, to("b"), true);
        state.granted(FIRST);
        state.snapshotCame();
        state.lost();
        assertThat(state.welcomed(true)).isEqualTo(Next.NOTHING);
    }

    @Test
    void anEmptyOneHasNoSnapshotToWaitFor() {
        state.asked(FIRST, Subscription.NONE, false);
        state.granted(FIRST);
        state.lost();
        assertThat(state.welcomed(true)).isEqualTo(Next.NOTHING);
        assertThat(state.subscription().none()).isTrue();
    }

    @Test
    void whatWasWantedWithoutAConnectionIsAskedForAtTheNextOne() {
        state.nextTime(to("c"));
        assertThat(state.subscription()).isEqualTo(to("c"));
        assertThat(state.welcomed(true)).isEqualTo(Next.UNSUBSCRIBE_AND_SUBSCRIBE);
    }
}
