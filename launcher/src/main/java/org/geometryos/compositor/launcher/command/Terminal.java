package org.geometryos.compositor.launcher.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The console of the host on the terminal, or whatever else its standard input is. It is a session like any other one,
 * and goes on over a replacement of the console. The end of the input ends the session, and nothing else.
 */
public final class Terminal {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MILLIS = 200;

    private final Path data;
    private final boolean prompt = Console.interactive();
    private volatile ConsoleLink link;

    private Terminal(Path data) {
        this.data = data;
    }

    /**
     * In a thread of its own, which reads standard input until its end.
     *
     * @param data the data folder of the host
     */
    public static void start(Path data) {
        Thread thread = new Thread(new Terminal(data)::run, "compositor-terminal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        BufferedReader typed = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            if (prompt) {
                linked();
            }
            for (String line; (line = typed.readLine()) != null; ) {
                send(line + "\n");
                if (line.strip().equals("exit") || line.strip().equals("quit")) {
                    break;
                }
            }
            ConsoleLink last = link;
            if (last != null) {
                last.end();
            }
            if (prompt) {
                Console.error("this session of the console has ended, and the host goes on: compositor console begins "
                        + "another one, Ctrl-C stops the host");
            }
        } catch (IOException e) {
            Console.error("there is no console on this terminal: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String line) throws IOException, InterruptedException {
        try {
            linked().send(line);
        } catch (IOException e) {
            // the console was replaced meanwhile
            link = null;
            linked().send(line);
        }
    }

    /** The session; a new one when the last one has ended. */
    private ConsoleLink linked() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE;
        while (true) {
            ConsoleLink now = link;
            if (now != null) {
                return now;
            }
            try {
                ConsoleLink opened = ConsoleLink.open(data, prompt);
                link = opened;
                Thread printer = new Thread(() -> print(opened), "compositor-terminal-output");
                printer.setDaemon(true);
                printer.start();
                return opened;
            } catch (IOException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private void print(ConsoleLink opened) {
        try (opened) {
            opened.print();
        } catch (IOException e) {
            // it has ended anyhow
        }
        if (link == opened) {
            link = null;
        }
    }
}
