package org.geometryos.compositor.foxglove;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** Messages, most of them wrong, leave a viewer whose memory is bounded, and nothing else. */
class FuzzTest {
    private static final int MESSAGES = Integer.getInteger("fuzz.inputs", 1_000_000);
    private static final String POSE =
            "\1\2\0\0\0{\"timestamp\":{\"sec\":1,\"nsec\":2},\"frame_id\":\"stage\",\"pose\":"
                    + "{\"position\":{\"x\":1,\"y\":2,\"z\":3},\"orientation\":{\"x\":0,\"y\":0,\"z\":0,\"w\":1}}}";
    private static final String[] SEEDS = {
        "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":1,\"channelId\":1},{\"id\":2,\"channelId\":2}]}",
        "{\"op\":\"unsubscribe\",\"subscriptionIds\":[1,2]}",
        "{\"op\":\"advertise\",\"channels\":[{\"id\":2,\"topic\":\"/camera/a/pose\",\"encoding\":\"json\","
                + "\"schemaName\":\"foxglove.PoseInFrame\"}]}",
        "{\"op\":\"unadvertise\",\"channelIds\":[9]}",
        "{\"op\":\"fetchAsset\",\"uri\":\"package://x\",\"requestId\":1}",
        POSE,
        POSE,
    };
    private static final String LETTERS = "{}[]\",:0123456789.eE-\\u\0\1\2 tfn/";

    private final SplittableRandom random = new SplittableRandom(4711);

    private byte[] message() {
        byte[] message = SEEDS[random.nextInt(SEEDS.length)].getBytes(StandardCharsets.UTF_8);
        int kind = random.nextInt(12);
        if (kind >= 10) {
            // a request to the playback: each byte may be any, and the end may be anywhere
            message = new byte[random.nextInt(32)];
            random.nextBytes(message);
            if (message.length > 1) {
                message[0] = 3;
                message[1] &= 3;
            }
        } else if (kind == 0) {
            message = new byte[random.nextInt(64)];
            random.nextBytes(message);
        } else if (kind == 1) {
            message = Arrays.copyOf(message, random.nextInt(message.length + 8));
        } else if (kind < 8) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                message[random.nextInt(message.length)] =
                        kind < 4 ? (byte) random.nextInt() : (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
            }
        }
        return message;
    }

    @Test
    void messagesOfAnybodyLeaveNothing() {
        Around around = new Around();
        around.journal.append(new Change.CameraChanged(Changes.state("a/b", 1, 1, null)));
        around.playbacks.put("show", new FakePlayback());
        FakeLink viewer = around.viewer("playback=show");
        int wrong = 0;
        int driven = 0;
        int longest = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] message = message();
            boolean text = message.length > 0 && message[0] == '{' ? random.nextInt(50) > 0 : random.nextInt(50) == 0;
            try {
                around.foxglove.message(viewer.id(), ByteBuffer.wrap(message), text, around.requests::add);
            } catch (DecodeException e) {
                wrong++;
                longest = Math.max(longest, e.getMessage().length());
            }
            driven += around.requests.size();
            around.requests.clear();
        }
        assertThat(wrong).isBetween(MESSAGES / 10, MESSAGES * 9 / 10);
        assertThat(driven).isPositive();
        assertThat(longest).as("what a viewer is told").isLessThan(1_000);
        assertThat(around.viewerRequests(viewer)).isLessThanOrEqualTo(64);
        ViewerMemory memory = ViewerMemory.of(viewer);
        assertThat(memory.subscriptions().size()).isLessThanOrEqualTo(Foxglove.MAX_SUBSCRIPTIONS);
        assertThat(memory.published().size()).isLessThanOrEqualTo(Foxglove.MAX_PUBLISHED);
    }
}
