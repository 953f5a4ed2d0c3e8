package org.geometryos.compositor.itest.inputs;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of {@link AllInputsIT} sees what is not right. */
class SequenceTest {
    private static final Contestant LOW = contestant("low", 1, 0);
    private static final Contestant PEER = contestant("peer", 2, 0);
    private static final Contestant HIGH = contestant("high", 3, 5);

    private final List<String> messages = new ArrayList<>(List.of("{\"type\":\"snapshot\",\"seq\":7}"));
    private long seq = 7;

    private static Contestant contestant(String name, int x, int priority) {
        return new Contestant(name, x, priority) {
            @Override
            void move() {}

            @Override
            void leave() {}

            @Override
            long refused() {
                return 0;
            }

            @Override
            long accepted() {
                return 0;
            }
        };
    }

    private SequenceTest control(Contestant holder) {
        messages.add("{\"type\":\"control\",\"seq\":" + ++seq + ",\"camera\":\"c\",\"holder\":"
                + (holder == null ? "null" : "\"" + holder.name + "\"") + "}");
        return this;
    }

    private SequenceTest view(Contestant source, int x, double seconds, String more) {
        messages.add("{\"type\":\"camera\",\"seq\":" + ++seq + ",\"camera\":\"c\",\"time\":1,\"received\":"
                + (long) (seconds * 1e6) + ",\"source\":\"" + source.name + "\"" + more
                + ",\"view\":{\"kind\":\"3d\",\"position\":[" + x + ".0,0,0]}}");
        return this;
    }

    private SequenceTest view(Contestant source, double seconds) {
        return view(source, source.x, seconds, ",\"cut\":true");
    }

    private SequenceTest mark(String what, Contestant one, double seconds) {
        messages.add(Sequence.mark(what, one.name, (long) (seconds * 1e6)));
        return this;
    }

    private void isRight() {
        new Sequence.Judge("c", List.of(LOW, PEER, HIGH)).hear(messages);
    }

    private void isWrong(String why) {
        String said = assertThrows(AssertionError.class, this::isRight).getMessage();
        assertTrue(said.contains(why), said);
    }

    @Test
    void whatLeasesAndPrioritiesSayIsRight() {
        control(LOW).view(LOW, 1).view(LOW, 2);
        control(HIGH).view(HIGH, 3);
        control(null).control(PEER).view(PEER, 13.1);
        mark(Sequence.RELEASE, PEER, 13.2).control(null).control(LOW).view(LOW, 13.3);
        mark(Sequence.FORCE, PEER, 13.4).control(PEER).control(HIGH).view(HIGH, 23.5);
        isRight();
    }

    @Test
    void aViewOfALoserIsWrong() {
        control(LOW).view(LOW, 1).view(HIGH, 2).isWrong("who drives and who holds");
    }

    @Test
    void aViewUnderTheNameOfAnotherIsWrong() {
        control(LOW).view(LOW, PEER.x, 1, "").isWrong("whose view it is");
    }

    @Test
    void aViewOfAnotherSessionIsWrong() {
        control(LOW).view(LOW, LOW.x, 1, ",\"origin\":\"s-1\"").isWrong("the session");
    }

    @Test
    void anEqualThatTakesItFromALivingHolderIsWrong() {
        control(LOW).view(LOW, 1).control(PEER).view(PEER, 1.1).isWrong("low lost the camera");
    }

    @Test
    void aHolderThatLosesItToNobodyBeforeItsLeaseEndsIsWrong() {
        control(LOW).view(LOW, 1).control(null).control(HIGH).view(HIGH, 1.1).isWrong("low lost the camera");
    }

    @Test
    void aPriorityThatTakesBackWhatWasTakenByForceIsWrong() {
        control(HIGH).view(HIGH, 1).mark(Sequence.FORCE, LOW, 2).control(LOW).view(LOW, 2.1);
        control(HIGH).view(HIGH, 2.2).isWrong("low lost the camera");
    }

    @Test
    void aHoleInTheSequenceIsWrong() {
        control(LOW).view(LOW, 1);
        seq++;
        view(LOW, 2).isWrong("the next number");
    }

    @Test
    void anotherSourceThatDoesNotCutIsWrong() {
        control(LOW).view(LOW, 1).control(HIGH).view(HIGH, HIGH.x, 2, "").isWrong("cuts");
    }
}
