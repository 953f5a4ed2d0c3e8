package org.geometryos.compositor.transport.native_;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In processes of their own, as Java 17 cannot write so. */
class SendWriterTest {
    private static final int CONNECTIONS = 100_000;

    /** Does one by one what a writer may meet, and prints what came of it. */
    static final class Writing {
        public static void main(String[] arguments) throws Exception {
            SendWriter writer = new SendWriter();
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

    @Test
    void noByteGoesToAStrangerWhileSocketsCloseAndOpen() throws Exception {
        String printed = JavaProcess.run(JavaProcess.OPTIONS, Strangers.class, String.valueOf(CONNECTIONS), "careful");
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
