package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.transport.Inbox.Taken;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int LONGEST = 1_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = System.nanoTime();
    private boolean closing;
    private boolean handler = true;
    private BooleanSupplier repliesWait = () -> false;
    /** What the handler says to a message; null: there is none. */
    private Boolean answer = true;

    /** What the handler says to a brief message. */
    private boolean takesBrief = true;

    private final List<String> briefly = new ArrayList<>();

    private Runnable whileHanding = () -> {};
    private final List<String> handed = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private long counted;
    private int attended;
    private int readOn;
    /** What all links together owe for frames that say nothing. */
    private long owed;

    private final Inbox inbox = new Inbox() {
        @Override
        long nanos() {
            return now;
        }

        @Override
        boolean closing() {
            return closing;
        }

        @Override
        boolean repliesWait() {
            return repliesWait.getAsBoolean();
        }

        @Override
        boolean handled() {
            return handler;
        }

        @Override
        Boolean message(ByteBuffer payload, boolean text) {
            whileHanding.run();
            if (answer != null) {
                handed.add((text ? "text " : "binary ") + StandardCharsets.UTF_8.decode(payload.duplicate()));
            }
            return answer;
        }

        @Override
        boolean brief(ByteBuffer payload, boolean text) {
            briefly.add(StandardCharsets.UTF_8.decode(payload.duplicate()).toString());
            whileHanding.run();
            return takesBrief;
        }

        @Override
        int messageBytes() {
            return LONGEST;
        }

        @Override
        void holds(int change) {
            counted += change;
        }

        @Override
        void later(Runnable task) {
            tasks.add(task);
        }

        @Override
        void attend() {
            attended++;
        }

        @Override
        void readOn() {
            readOn++;
        }

        @Override
        long idleFrame(long now) {
            return owed;
        }
    };

    private Taken comes(String text) {
        return comes(text, true);
    }

    private Taken comes(String text, boolean fin) {
        inbox.received();
        return inbox.data(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), fin, true);
    }

    private void runTasks() {
        for (Runnable task; (task = tasks.poll()) != null; ) {
            task.run();
        }
    }

    private static int held(int... lengths) {
        int bytes = 0;
        for (int length : lengths) {
            bytes += length + Inbox.HELD_OVERHEAD;
        }
        return bytes;
    }

    // ---- pauses

    @Test
    void messagesAreHandedOnAsTheyCome() {
        assertThat(comes("one")).isEqualTo(Taken.TAKEN);
        inbox.data(ByteBuffer.wrap(new byte[] {'b'}), true, false);
        assertThat(handed).containsExactly("text one", "binary b");
        assertThat(inbox.holdsInput()).isFalse();
        assertThat(counted).isZero();
    }

    @Test
    void duringAPauseMessagesWaitInTheirOrder() {
        answer = false;
        comes("one");
        assertThat(inbox.holdsInput()).isTrue();
        answer = true;
        comes("two");
        comes("three");
        assertThat(handed).containsExactly("text one");
        assertThat(counted).isEqualTo(held(3, 5)).isEqualTo(inbox.bytes());

        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two", "text three");
        assertThat(counted).isZero();
        assertThat(readOn).isEqualTo(1);
        assertThat(inbox.holdsInput()).isFalse();
    }

    @Test
    void aPauseAmongHeldMessagesKeepsTheOthersBack() {
        answer = false;
        comes("one");
        comes("two");
        comes("three");
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two");
        assertThat(readOn).isZero();
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two", "text three");
        inbox.resume();
        runTasks();
        assertThat(readOn).isEqualTo(1);
    }

    @Test
    void whoeverResumesBeforeTheHandlerReturnsHasMadeNoPause() {
        answer = false;
        whileHanding = inbox::resume;
        comes("one");
        assertThat(inbox.holdsInput()).isFalse();
        assertThat(tasks).isEmpty();
        comes("two");
        assertThat(handed).containsExactly("text one", "text two");
    }

    @Test
    void resumingWithoutAPauseChangesNothing() {
        inbox.resume();
        assertThat(tasks).isEmpty();
        answer = false;
        comes("one");
        inbox.resume();
        inbox.resume();
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(inbox.holdsInput()).isFalse();
    }

    @Test
    void whatComesWhileAMessageIsHandedOnWaits() {
        whileHanding = () -> {
            whileHanding = () -> {};
            assertThat(inbox.holdsInput()).isTrue();
            comes("two");
        };
        answer = false;
        comes("one");
        answer = true;
        assertThat(handed).containsExactly("text one");
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two");
    }

    // ---- brief messages

    private boolean comesBriefly(String text) {
        return inbox.takesBrief(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), true);
    }

    @Test
    void aBriefMessageIsOfferedAndLeavesNothingBehind() {
        assertThat(comesBriefly("one")).isTrue();
        takesBrief = false;
        assertThat(comesBriefly("two")).isFalse();
        comes("two");
        assertThat(briefly).containsExactly("one", "two");
        assertThat(handed).containsExactly("text two");
        assertThat(inbox.holdsInput()).isFalse();
        assertThat(inbox.receivedAt()).isEqualTo(now);
        assertThat(counted).isZero();
    }

    @Test
    void aBriefMessageIsNotOfferedBeforeOneThatWaits() {
        answer = false;
        comes("one");
        assertThat(comesBriefly("two")).isFalse();
        inbox.resume();
        runTasks();
        repliesWait = () -> true;
        assertThat(comesBriefly("three")).isFalse();
        repliesWait = () -> false;
        handler = false;
        assertThat(comesBriefly("four")).isFalse();
        handler = true;
        inbox.rest(SECOND);
        assertThat(comesBriefly("five")).isFalse();
        assertThat(briefly).isEmpty();
        now += SECOND;
        assertThat(inbox.wakesUp(now)).isTrue();
        assertThat(comesBriefly("six")).isTrue();
    }

    @Test
    void whatIsNoBriefMessageIsNotOffered() {
        comes("a fragm", false);
        assertThat(comesBriefly("ent")).as("amid fragments").isFalse();
        comes("ent");
        assertThat(inbox.takesBrief(ByteBuffer.wrap(new byte[] {(byte) 0xc0, 'a'}), true))
                .as("no UTF-8")
                .isFalse();
        closing = true;
        assertThat(comesBriefly("late")).as("after the end").isFalse();
        assertThat(briefly).isEmpty();
    }

    @Test
    void whileABriefMessageIsDealtWithNothingElseIsRead() {
        whileHanding = () -> {
            whileHanding = () -> {};
            assertThat(inbox.holdsInput()).isTrue();
            inbox.resume();
            inbox.rest(SECOND);
        };
        assertThat(comesBriefly("one")).isTrue();
        assertThat(inbox.holdsInput()).as("it rests").isTrue();
        now += SECOND;
        inbox.wakesUp(now);
        assertThat(inbox.holdsInput()).isFalse();
    }

    // ---- halts

    @Test
    void nothingIsHandedOnWhileRepliesWaitToBeRead() {
        repliesWait = () -> true;
        comes("one");
        assertThat(handed).isEmpty();
        assertThat(inbox.heldSince()).isEqualTo(now);
        assertThat(attended).isEqualTo(1);
        inbox.flow();
        assertThat(tasks).isEmpty();

        repliesWait = () -> false;
        inbox.flow();
        runTasks();
        assertThat(handed).containsExactly("text one");
        assertThat(inbox.heldSince()).isZero();
        assertThat(readOn).isEqualTo(1);
    }

    @Test
    void repliesThatGoOutInThatMomentLeaveNothingBehind() {
        boolean[] asked = {false};
        repliesWait = () -> {
            boolean first = !asked[0];
            asked[0] = true;
            return first;
        };
        comes("one");
        runTasks();
        assertThat(handed).containsExactly("text one");
        assertThat(inbox.holdsInput()).isFalse();
    }

    @Test
    void repliesToOneMessageKeepTheNextBack() {
        answer = false;
        comes("one");
        comes("two");
        comes("three");
        answer = true;
        whileHanding = () -> repliesWait = () -> true;
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two");
        assertThat(inbox.heldSince()).isNotZero();
        whileHanding = () -> {};
        repliesWait = () -> false;
        inbox.flow();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two", "text three");
        assertThat(counted).isZero();
    }

    @Test
    void withoutAHandlerMessagesWaitForTheNextOne() {
        handler = false;
        comes("one");
        comes("two");
        now += SECOND;
        assertThat(inbox.receivedAt()).as("stays young").isEqualTo(now);
        assertThat(inbox.heldSince()).isEqualTo(now - SECOND);
        handler = true;
        inbox.flow();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two");
    }

    @Test
    void aMessageWhoseHandlerLeavesGoesToTheNextOneFirst() {
        answer = null;
        whileHanding = () -> {
            whileHanding = () -> {};
            handler = false;
            comes("two");
        };
        comes("one");
        assertThat(handed).isEmpty();
        assertThat(counted).isEqualTo(held(3, 3));
        handler = true;
        answer = true;
        inbox.flow();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two");
    }

    @Test
    void aHandlerThatIsThereAlreadyWhenTheOtherLeavesIsAsked() {
        answer = null;
        comes("one");
        answer = true;
        runTasks();
        assertThat(handed).containsExactly("text one");
    }

    // ---- the peer's close

    @Test
    void aCloseThatNothingStandsBeforeIsNotHeldBack() {
        comes("one");
        assertThat(inbox.holdsBack(() -> handed.add("close"))).isFalse();
        assertThat(handed).containsExactly("text one");
    }

    @Test
    void aCloseDuringAPauseComesAfterTheMessagesBeforeIt() {
        answer = false;
        comes("one");
        answer = true;
        comes("two");
        assertThat(inbox.holdsBack(() -> handed.add("close"))).isTrue();
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "text two", "close");
        inbox.clear();
        assertThat(handed).as("not twice").hasSize(3);
    }

    @Test
    void aCloseDuringAPauseWithNothingElseComesWhenThePauseEnds() {
        answer = false;
        comes("one");
        assertThat(inbox.holdsBack(() -> handed.add("close"))).isTrue();
        assertThat(handed).hasSize(1);
        inbox.resume();
        runTasks();
        assertThat(handed).containsExactly("text one", "close");
    }

    @Test
    void whenTheLinkClosesWhatWaitsIsDroppedAndThePeersCloseIsTaken() {
        answer = false;
        comes("one");
        comes("two");
        inbox.holdsBack(() -> handed.add("close"));
        inbox.rest(SECOND);
        closing = true;
        inbox.clear();
        assertThat(handed).containsExactly("text one", "close");
        assertThat(counted).isZero();
        assertThat(inbox.holdsInput()).isFalse();
        assertThat(readOn).isEqualTo(1);
        inbox.resume();
        runTasks();
        assertThat(handed).hasSize(2);
    }

    @Test
    void nothingIsHandedOnOnceTheLinkCloses() {
        whileHanding = () -> closing = true;
        answer = false;
        comes("one");
        assertThat(inbox.holdsInput())
                .as("the peer's close frame has to be read")
                .isFalse();
        assertThat(comes("two")).isEqualTo(Taken.TAKEN);
        assertThat(handed).containsExactly("text one");
        assertThat(inbox.holdsBack(() -> {})).isFalse();
    }

    // ---- fragments

    @Test
    void fragmentsMakeOneMessage() {
        comes("frag", false);
        assertThat(counted).isEqualTo(2 * 4 + Inbox.HELD_OVERHEAD);
        inbox.data(ByteBuffer.wrap("ment".getBytes(StandardCharsets.UTF_8)), false, false);
        inbox.data(ByteBuffer.wrap("s".getBytes(StandardCharsets.UTF_8)), true, false);
        assertThat(handed).containsExactly("text fragments");
        assertThat(counted).isZero();
    }

    @Test
    void aCharacterMayBeCutBetweenFragments() {
        byte[] bytes = "\u00e4".getBytes(StandardCharsets.UTF_8);
        inbox.data(ByteBuffer.wrap(bytes, 0, 1), false, true);
        assertThat(inbox.data(ByteBuffer.wrap(bytes, 1, 1), true, false)).isEqualTo(Taken.TAKEN);
        assertThat(handed).containsExactly("text \u00e4");
    }

    @Test
    void textMustBeUtf8AndBytesNeedNotBe() {
        assertThat(inbox.data(ByteBuffer.wrap(new byte[] {(byte) 0xff}), true, true))
                .isEqualTo(Taken.NO_TEXT);
        assertThat(handed).isEmpty();
        assertThat(inbox.data(ByteBuffer.wrap(new byte[] {(byte) 0xff}), true, false))
                .isEqualTo(Taken.TAKEN);
        assertThat(handed).hasSize(1);
    }

    @Test
    void fragmentsTogetherAreNoLongerThanAMessageMayBe() {
        assertThat(comes("a".repeat(LONGEST), false)).isEqualTo(Taken.TAKEN);
        assertThat(comes("b", true)).isEqualTo(Taken.TOO_LONG);
        assertThat(counted).isZero();
        assertThat(handed).isEmpty();
    }

    @Test
    void veryManySmallFragmentsMakeTheLinkRest() {
        // whatever the beginning counted is over
        now += SECOND;
        int atOnce = (int) (Inbox.IDLE_FRAMES / Inbox.IDLE_FRAME);
        comes("0123456789abcdef", false);
        for (int i = 0; i < atOnce; i++) {
            comes("a", false);
        }
        assertThat(inbox.rests()).isFalse();
        comes("a", false);
        assertThat(inbox.rests()).isTrue();
        assertThat(inbox.holdsInput()).isTrue();
    }

    private int idleFramesUntilItRests(long apart) {
        // whatever the beginning counted is over
        now += SECOND;
        for (int i = 1; i <= 1_000; i++) {
            now += apart;
            inbox.received();
            inbox.saysNothing();
            if (inbox.rests()) {
                return i;
            }
        }
        return 0;
    }

    @Test
    void whileAllLinksOweTooMuchAFewPingsAreFreeAndTheNextHasTheLinkRest() {
        owed = 20 * SECOND;
        assertThat(idleFramesUntilItRests(1)).isEqualTo(11);
        assertThat(inbox.wakesUp(now + 20 * SECOND - 1)).isFalse();
        assertThat(inbox.wakesUp(now + 20 * SECOND)).isTrue();
    }

    @Test
    void whoSendsTwoPingsASecondNeverRests() {
        owed = 20 * SECOND;
        assertThat(idleFramesUntilItRests(SECOND / 2)).isZero();
        assertThat(idleFramesUntilItRests(SECOND / 3)).isPositive();
    }

    @Test
    void aLinkThatRestsForAllIsNotPunishedAfterwards() {
        owed = 20 * SECOND;
        idleFramesUntilItRests(1);
        now += 20 * SECOND;
        assertThat(inbox.wakesUp(now)).isTrue();
        assertThat(idleFramesUntilItRests(SECOND / 2)).isZero();
    }

    @Test
    void whoDoesNotReadAnswersIsNotReadUntilTheyAreOut() {
        repliesWait = () -> true;
        inbox.haltForReplies();
        assertThat(inbox.holdsInput()).isTrue();
        inbox.flow();
        assertThat(inbox.holdsInput()).as("they still wait").isTrue();
        repliesWait = () -> false;
        inbox.flow();
        runTasks();
        assertThat(inbox.holdsInput()).isFalse();
        assertThat(readOn).isEqualTo(1);
    }

    @Test
    void answersThatAreOutBeforeTheLinkHaltsDoNotHaltIt() {
        inbox.haltForReplies();
        runTasks();
        assertThat(inbox.holdsInput()).isFalse();
    }

    // ---- rests

    @Test
    void aMessageThatComesInARestWaitsForItsEnd() {
        inbox.rest(SECOND / 2);
        comes("one");
        assertThat(handed).isEmpty();
        now += SECOND / 2 - 1;
        assertThat(inbox.wakesUp(now)).isFalse();
        now++;
        assertThat(inbox.wakesUp(now)).isTrue();
        assertThat(inbox.wakesUp(now)).as("once").isFalse();
        inbox.flow();
        runTasks();
        assertThat(handed).containsExactly("text one");
    }

    @Test
    void aRestIsOneSecondAtMost() {
        inbox.rest(Long.MAX_VALUE);
        assertThat(inbox.wakesUp(now + Inbox.LONGEST_REST)).isTrue();
    }

    // ---- what is not complete

    private FrameScan begun() {
        FrameScan scan = new FrameScan();
        // a binary frame of 100 bytes with a mask, and one of its bytes
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) 0x82, (byte) (0x80 | 100), 0, 0, 0, 0, 1});
        scan.take(bytes, 0, bytes.limit());
        inbox.scanned(scan);
        return scan;
    }

    @Test
    void aFrameThatDoesNotEndIsLate() {
        begun();
        assertThat(counted).isEqualTo(100);
        assertThat(inbox.since()).isEqualTo(now);
        assertThat(inbox.late(now + SECOND, SECOND)).isFalse();
        assertThat(inbox.late(now + SECOND + 1, SECOND)).isTrue();
        closing = true;
        assertThat(inbox.late(now + SECOND + 1, SECOND)).isFalse();
    }

    @Test
    void itsTimeRunsOnlyWhileItIsRead() {
        begun();
        inbox.rest(SECOND);
        now += SECOND;
        assertThat(inbox.late(now, SECOND / 2)).isFalse();
        inbox.wakesUp(now);
        assertThat(inbox.late(now + SECOND / 2, SECOND / 2)).isFalse();
        assertThat(inbox.late(now + SECOND / 2 + 1, SECOND / 2)).isTrue();
    }

    @Test
    void aFrameThatEndsIsNotLate() {
        FrameScan scan = begun();
        scan.take(ByteBuffer.allocate(99), 0, 99);
        inbox.scanned(scan);
        inbox.data(ByteBuffer.allocate(100), true, false);
        assertThat(inbox.since()).isZero();
        assertThat(counted).isZero();
        assertThat(inbox.late(now + 10 * SECOND, SECOND)).isFalse();
    }

    @Test
    void whatALinkHeldCountsNoLongerWhenItEnds() {
        handler = false;
        comes("one");
        begun();
        assertThat(counted).isEqualTo(held(3) + 100);
        inbox.ends();
        assertThat(counted).isZero();
        comes("two");
        assertThat(counted).isZero();
    }
}
