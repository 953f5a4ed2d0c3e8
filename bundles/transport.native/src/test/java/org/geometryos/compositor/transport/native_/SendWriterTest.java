package org.geometryos.compositor.transport.native_;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In processes of their own, as Java 17 cannot write so. */
class SendWriterTest {
    private static final int CONNECTIONS = 100_000;

    /** Does one by one what a writer may meet, and prints what came of it. */
    static final class Writing {
        public static void main(String[] arguments) throws Exception {
            SendWriter writer = new SendWriter(Rings.none());
            Probe.tryOut(writer);
            System.out.println("probe");
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel from = SocketChannel.open(server.getLocalAddress());
                SocketChannel to = server.accept();
                from.configureBlocking(false);

                ByteBuffer slice = ByteBuffer.allocateDirect(10)
                        .put("0123456789".getBytes())
                        .position(2)
                        .slice()
                        .position(1)
                        .limit(6);
                System.out.println("slice " + writer.write(from, slice) + " " + slice.remaining() + " " + read(to, 5));
                ByteBuffer heap = ByteBuffer.wrap("heap".getBytes()).position(1);
                System.out.println("heap " + writer.write(from, heap) + " " + heap.remaining() + " " + read(to, 3));
                System.out.println("nothing " + writer.write(from, ByteBuffer.allocateDirect(0)));

                ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
                long taken = 0;
                int n;
                boolean moves = true;
                while ((n = writer.write(from, much.clear())) > 0) {
                    moves &= much.position() == n;
                    taken += n;
                }
                System.out.println("full " + n + " " + moves + " " + much.position());
                ByteBuffer in = ByteBuffer.allocate(1 << 20);
                while (taken > 0) {
                    taken -= to.read(in.clear());
                }
                from.shutdownOutput();
                refused("shut", writer, from);
                from.close();
                refused("closed", writer, from);
            }
        }

        private static String read(SocketChannel from, int bytes) throws IOException {
            ByteBuffer in = ByteBuffer.allocate(bytes);
            while (in.hasRemaining()) {
                from.read(in);
            }
            return new String(in.array());
        }

        private static void refused(String what, SendWriter writer, SocketChannel to) {
            try {
                System.out.println(what + " " + writer.write(to, ByteBuffer.allocateDirect(3)));
            } catch (IOException e) {
                System.out.println(what + " " + e.getClass().getSimpleName());
            }
        }
    }

    @Test
    void itWritesAsAChannelDoes() throws Exception {
        assertThat(JavaProcess.run(JavaProcess.OPTIONS, Writing.class).lines())
                .containsExactly(
                        "probe",
                        "slice 5 0 34567",
                        "heap 3 0 eap",
                        "nothing 0",
                        "full 0 true 0",
                        "shut AsynchronousCloseException",
                        "closed ClosedChannelException");
    }

    /** Writes the same to several sockets, one of which is closed. */
    static final class WritingTogether {
        private static final int SOCKETS = 6;

        public static void main(String[] arguments) throws Exception {
            Rings rings = Rings.open();
            SendWriter writer = new SendWriter(rings);
            SocketChannel[] from = new SocketChannel[SOCKETS];
            SocketChannel[] to = new SocketChannel[SOCKETS];
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                for (int i = 0; i < SOCKETS; i++) {
                    from[i] = SocketChannel.open(server.getLocalAddress());
                    to[i] = server.accept();
                    from[i].configureBlocking(false);
                }
            }
            ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
            from[4].close();
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(10).put("0123456789".getBytes()).position(2);
            int[] taken = new int[SOCKETS];
            for (int round = 0; round < 1000; round++) {
                writer.writeAll(from, SOCKETS, bytes, taken);
                for (int i : new int[] {0, 1, 2, 3, 5}) {
                    if (taken[i] != 8 || !Writing.read(to[i], 8).equals("23456789")) {
                        throw new IOException(taken[i] + " bytes, or others");
                    }
                }
            }
            System.out.println(Arrays.toString(taken) + " " + bytes.position());

            // more than a socket takes: what it takes, it tells
            long all = 0;
            do {
                writer.writeAll(from, SOCKETS, much.clear(), taken);
                all += Math.max(0, taken[0]);
            } while (taken[0] > 0);
            System.out.println("full " + taken[0]);
            ByteBuffer in = ByteBuffer.allocate(1 << 20);
            while (all > 0) {
                all -= to[0].read(in.clear());
            }
            rings.close();
            rings.close();
            writer.writeAll(from, SOCKETS, bytes, taken);
            System.out.println("closed " + taken[0] + " " + Writing.read(to[0], 8));
        }
    }

    @Test
    void itWritesToSeveralAndTellsWhatEachHasTaken() throws Exception {
        assertThat(JavaProcess.run(JavaProcess.OPTIONS, WritingTogether.class).lines())
                .containsExactly("[8, 8, 8, 8, -1, 8] 2", "full -1", "closed 8 23456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"careful", "together"})
    void noByteGoesToAStrangerWhileSocketsCloseAndOpen(String how) throws Exception {
        String printed = JavaProcess.run(JavaProcess.OPTIONS, Strangers.class, String.valueOf(CONNECTIONS), how);
        System.out.println("connections, bytes that arrived, and bytes astray: " + printed);
        String[] numbers = printed.split(" ");
        assertThat(Integer.parseInt(numbers[0])).isGreaterThanOrEqualTo(CONNECTIONS);
        assertThat(Long.parseLong(numbers[1])).isGreaterThan(CONNECTIONS);
        assertThat(numbers[2]).as(printed).isEqualTo("0");
    }

    @Test
    void thatTestSeesAByteThatGoesToAStranger() throws Exception {
        String printed = JavaProcess.run(JavaProcess.OPTIONS, Strangers.class, String.valueOf(CONNECTIONS), "careless");
        assertThat(Long.parseLong(printed.split(" ")[2])).as(printed).isPositive();
    }

    @Test
    void replacedClassesAreLetGo() throws Exception {
        assertThat(JavaProcess.run(JavaProcess.OPTIONS, ReplacedClasses.class)).isEqualTo("0");
    }

    @Test
    void aRefusalOfTheJvmIsNoWriter() throws Exception {
        assertThat(JavaProcess.run(List.of(), PlatformTest.Missing.class))
                .isEqualTo(String.join(" ", JavaProcess.OPTIONS));
        assertThat(JavaProcess.run(JavaProcess.OPTIONS, PlatformTest.Missing.class))
                .isEmpty();
        assertThat(JavaProcess.run(JavaProcess.OPTIONS.subList(0, 1), PlatformTest.Missing.class))
                .isEqualTo(JavaProcess.OPTIONS.get(1));
    }
}
