package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.Test;

class LongMessagesTest {
    private final LongMessages messages = new LongMessages(2);
    private final FakeTransport transport = new FakeTransport(new FakeClock());

    private FakeLink link() {
        return transport.connect(Map.of());
    }

    @Test
    void whoIsOneTooManyWaitsWithItsLinkAndComesWhenAnotherIsDone() {
        assertThat(messages.enter(link())).isTrue();
        assertThat(messages.enter(link())).isTrue();
        FakeLink third = link();
        assertThat(messages.enter(third)).isFalse();
        assertThat(third.postponements()).isEqualTo(1);
        assertThat(third.resumes()).isZero();
        messages.leave();
        assertThat(third.resumes()).isEqualTo(1);
        assertThat(messages.enter(third)).isTrue();
    }

    @Test
    void theirTurnComesInTheOrderInWhichTheyCame() {
        messages.enter(link());
        messages.enter(link());
        FakeLink first = link();
        FakeLink second = link();
        messages.enter(first);
        messages.enter(second);
        messages.leave();
        assertThat(messages.enter(link()))
                .as("who comes later does not get ahead")
                .isFalse();
        assertThat(first.resumes()).isEqualTo(1);
        assertThat(second.resumes()).isZero();
        assertThat(messages.enter(first)).isTrue();
        messages.leave();
        assertThat(second.resumes()).isEqualTo(1);
    }

    @Test
    void whoComesBackTooEarlyKeepsItsPlace() {
        messages.enter(link());
        messages.enter(link());
        FakeLink first = link();
        FakeLink second = link();
        messages.enter(first);
        messages.enter(second);
        assertThat(messages.enter(first)).isFalse();
        messages.leave();
        assertThat(first.resumes()).isEqualTo(1);
        assertThat(second.resumes()).isZero();
    }

    @Test
    void nobodyWaitsForALinkThatIsGone() {
        messages.enter(link());
        messages.enter(link());
        FakeLink gone = link();
        FakeLink closing = link();
        FakeLink next = link();
        messages.enter(gone);
        messages.enter(closing);
        messages.enter(next);
        messages.gone(gone);
        closing.vanish();
        messages.leave();
        assertThat(gone.resumes()).isZero();
        assertThat(closing.resumes()).isZero();
        assertThat(next.resumes()).isEqualTo(1);
    }

    @Test
    void whoCannotKeepItsMessageIsServedAtOnce() {
        messages.enter(link());
        messages.enter(link());
        FakeLink old = link();
        old.keeps(false);
        assertThat(messages.enter(old)).isTrue();
    }
}
