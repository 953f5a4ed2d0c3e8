package org.geometryos.compositor.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleServerTest {
    @TempDir
    Path folder;

    private final CountDownLatch asleep = new CountDownLatch(1);
    private CommandProcessorImpl gogo;
    private ConsoleServer server;

    /** What the tests run. */
    public final class Commands {
        public String hello(String name) {
            return "hello " + name;
        }

        public void fail() {
            throw new IllegalArgumentException("name must not be empty");
        }

        public void sleep() throws InterruptedException {
            asleep.countDown();
            new CountDownLatch(1).await();
        }
    }

    @BeforeEach
    void start() throws IOException {
        gogo = new CommandProcessorImpl(new ThreadIOImpl());
        Commands commands = new Commands();
        for (String each : List.of("hello", "fail", "sleep")) {
            gogo.addCommand("compositor", commands, each);
        }
        server = ConsoleServer.start(socket(), gogo);
    }

    @AfterEach
    void stop() {
        server.stop();
        gogo.stop();
    }

    private Path socket() {
        return folder.resolve("console.sock");
    }

    @Test
    void aLineRunsAndItsResultIsPrinted() throws IOException {
        assertThat(session("plain\nhello world\n")).isEqualTo("hello world\n\0000");
        assertThat(session("plain\n\n# nothing\ncompositor:hello 'you there'")).isEqualTo("hello you there\n\0000");
        assertThat(session("terminal\nhello world\nexit\nhello nobody\n"))
                .isEqualTo("compositor> hello world\ncompositor> \0000");
    }

    @Test
    void theEndTellsWhetherTheLastCommandFailed() throws IOException {
        assertThat(session("plain\nfail\n")).isEqualTo("failed: name must not be empty\n\0001");
        assertThat(session("plain\nfail\nhello x\n")).endsWith("hello x\n\0000");
        assertThat(session("plain\nno:such\n")).endsWith("\0001").contains("no:such");
    }

    @Test
    void whatWouldSteerATerminalIsReplaced() throws IOException {
        assertThat(session("plain\nhello \"a\u001b[31m\u009bb\u00e9\"\n"))
                .isEqualTo("hello a?[31m\u00bfb\u00e9\n\0000");
    }

    @Test
    void theOwnerAloneMayOpenIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
    }

    @Test
    void aLineHasABound() throws IOException {
        assertThat(session("plain\nhello " + "x".repeat(ConsoleSession.LONGEST) + "\n"))
                .isEmpty();
        assertThat(session("plain\nhello again\n")).isEqualTo("hello again\n\0000");
    }

    @Test
    void oneSessionTooManyIsRefused() throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        for (int i = 0; i < ConsoleServer.MOST; i++) {
            SocketChannel channel = open("terminal\n");
            channel.read(ByteBuffer.allocate(1));
            open.add(channel);
        }
        assertThat(read(SocketChannel.open(UnixDomainSocketAddress.of(socket()))))
                .startsWith("there are 4 sessions already")
                .endsWith("\0001");
        for (SocketChannel each : open) {
            each.close();
        }
    }

    @Test
    void aStopEndsWhatRunsAndTakesTheSocketAway() throws Exception {
        SocketChannel running = open("plain\nsleep\n");
        asleep.await();
        server.stop();
        assertThat(read(running)).isEmpty();
        assertThat(Files.exists(socket())).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("compositor-console"));
    }

    @Test
    void whatAKilledHostLeftIsReplaced() throws IOException {
        server.stop();
        Files.writeString(socket(), "");
        server = ConsoleServer.start(socket(), gogo);
        assertThat(session("plain\nhello again\n")).isEqualTo("hello again\n\0000");
    }

    @Test
    void aPathThatIsTooLongIsAnError() {
        assertThatThrownBy(() -> ConsoleServer.start(folder.resolve("x".repeat(120)), gogo))
                .isInstanceOf(IOException.class);
    }

    private SocketChannel open(String text) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return channel;
    }

    private String session(String text) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        try {
            ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            // refused meanwhile
        }
        return read(channel);
    }

    private static String read(SocketChannel channel) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer block = ByteBuffer.allocate(1024);
        try (channel) {
            while (channel.read(block) >= 0) {
                all.write(block.array(), 0, block.position());
                block.clear();
            }
        } catch (IOException e) {
            // an end, too
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
