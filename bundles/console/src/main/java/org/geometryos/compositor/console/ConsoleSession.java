package org.geometryos.compositor.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session: lines come in, each is run, and what it prints goes out.
 *
 * <p>The first line is {@code terminal} for a session with a prompt, or {@code plain}. A session that ends in order, by
 * the end of its input or by the line {@code exit}, sends a zero byte and then {@value #DONE} or, if the last command
 * failed, {@value #FAILED}; nothing else that it sends has a zero byte.
 */
final class ConsoleSession {
    static final char DONE = '0';
    static final char FAILED = '1';
    /** Bytes of a line. */
    static final int LONGEST = 64 << 10;

    private static final int BLOCK = 8 << 10;
    private static final String PROMPT = "compositor> ";
    /** Where a command without a scope is looked for. */
    private static final String SCOPES = "compositor:felix:gogo:scr:*";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);

    private final SocketChannel channel;
    private final CommandProcessor processor;
    private final Consumer<ConsoleSession> ended;
    private final Thread thread = new Thread(this::run, "compositor-console-session");
    private final ByteBuffer read = ByteBuffer.allocate(BLOCK).flip();

    /** @param ended is told when it has ended, by its thread */
    ConsoleSession(SocketChannel channel, CommandProcessor processor, Consumer<ConsoleSession> ended) {
        this.channel = channel;
        this.processor = processor;
        this.ended = ended;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (channel;
                PrintStream out = new PrintStream(new PlainOutput(channel), true, StandardCharsets.UTF_8)) {
            boolean prompt = line().map("terminal"::equals).orElse(false);
            boolean failed;
            try (CommandSession session = processor.createSession(InputStream.nullInputStream(), out, out)) {
                session.put("SCOPE", SCOPES);
                failed = lines(session, out, prompt);
            }
            out.flush();
            write(new byte[] {0, (byte) (failed ? FAILED : DONE)});
        } catch (IOException e) {
            LOG.debug("a session of the console has gone", e);
        } catch (RuntimeException | Error e) {
            LOG.warn("a session of the console has ended by a fault", e);
        } finally {
            ended.accept(this);
        }
    }

    private boolean lines(CommandSession session, PrintStream out, boolean prompt) throws IOException {
        boolean failed = false;
        while (!out.checkError()) {
            if (prompt) {
                out.print(PROMPT);
                out.flush();
            }
            Optional<String> line = line();
            if (line.isEmpty() || line.get().equals("exit") || line.get().equals("quit")) {
                return failed;
            }
            if (!line.get().isEmpty() && !line.get().startsWith("#")) {
                failed = !ran(session, out, line.get());
            }
        }
        throw new IOException("the other side does not read any more");
    }

    private static boolean ran(CommandSession session, PrintStream out, String line) {
        try {
            Object result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return true;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            session.put("exception", e);
            out.println("failed: " + (e.getMessage() == null ? e.getClass().getName() : e.getMessage()));
            return false;
        }
    }

    /** The next line without blanks around it; empty at the end of the input. */
    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (!read.hasRemaining()) {
                read.clear();
                int n = channel.read(read);
                read.flip();
                if (n < 0) {
                    return line.size() == 0
                            ? Optional.empty()
                            : Optional.of(line.toString(StandardCharsets.UTF_8).strip());
                }
            } else {
                byte next = read.get();
                if (next == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8).strip());
                }
                if (line.size() == LONGEST) {
                    throw new IOException("a line must have at most " + LONGEST + " bytes");
                }
                line.write(next);
            }
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Ends it, whatever it does. Any thread. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a session of the console is not closed in order", e);
        }
        if (Thread.currentThread() != thread) {
            thread.interrupt();
        }
    }

    /** Waits for its end, unless it is the one that asks. */
    void join(long millis) {
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
