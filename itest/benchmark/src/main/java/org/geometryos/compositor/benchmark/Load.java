package org.geometryos.compositor.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The {@link LoadGenerator}'s process. One thread at a time. */
final class Load implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long CONNECT_SECONDS = 180;
    private static final long REPORT_SECONDS = 30;

    private final Child child;
    private final Path errors;
    private final Writer commands;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(4);

    private Load(Child child, Path errors) {
        this.child = child;
        this.errors = errors;
        this.commands = new OutputStreamWriter(child.process().getOutputStream(), StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "load-answers");
        reader.setDaemon(true);
        reader.start();
    }

    static Load start(int port, String subprotocol, Path folder) throws IOException {
        return start(port, List.of(subprotocol), folder);
    }

    /** With TLS. */
    static Load startTls(int port, String subprotocol, Path folder) throws IOException {
        return start(port, List.of(subprotocol, "tls"), folder);
    }

    private static Load start(int port, List<String> how, Path folder) throws IOException {
        Path errors = folder.resolve("load.log");
        return new Load(
                Child.start(
                        Java.command(
                                List.of("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC"),
                                LoadGenerator.class,
                                Stream.concat(Stream.of(Integer.toString(port)), how.stream())
                                        .toList()),
                        errors,
                        ProcessBuilder.Redirect.PIPE),
                errors);
    }

    /** Opens sockets and waits until each is ready. @throws IOException if one of them failed */
    LoadReport connect(Batch batch) throws IOException, InterruptedException {
        return checked(ask("connect " + JSON.writeValueAsString(batch), CONNECT_SECONDS));
    }

    /** Lets the first of the sources drive their cameras at a rate each, per second. */
    LoadReport open(int cameras, double perCamera) throws IOException, InterruptedException {
        return checked(ask("open " + cameras + " " + perCamera, REPORT_SECONDS));
    }

    /** Sends the packets of trackers, so many a second each. @param port UDP, of this host */
    LoadReport track(int cameras, double perCamera, int port) throws IOException, InterruptedException {
        return checked(ask("track " + cameras + " " + perCamera + " " + port, REPORT_SECONDS));
    }

    /** Lets the first of the sources send as fast as updates arrive. @param outstanding how many may be on their way */
    LoadReport closed(int cameras, int outstanding) throws IOException, InterruptedException {
        return checked(ask("closed " + cameras + " " + outstanding, REPORT_SECONDS));
    }

    /** Lets the sources rest. */
    LoadReport pause() throws IOException, InterruptedException {
        return checked(ask("pause", REPORT_SECONDS));
    }

    /** Forgets what was counted of latency. */
    LoadReport begin() throws IOException, InterruptedException {
        return checked(ask("begin", REPORT_SECONDS));
    }

    /** How things stand. @throws IOException if a socket was lost */
    LoadReport report() throws IOException, InterruptedException {
        return checked(ask("report", REPORT_SECONDS));
    }

    long pid() {
        return child.process().pid();
    }

    private LoadReport ask(String command, long seconds) throws IOException, InterruptedException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.poll(seconds, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IOException("the load generator did not answer \"" + command + "\" within " + seconds
                    + " s; it printed: " + Files.readString(errors));
        }
        return JSON.readValue(answer, LoadReport.class);
    }

    private static LoadReport checked(LoadReport report) throws IOException {
        if (report.failed() > 0 || report.ready() != report.asked()) {
            throw new IOException(report.ready() + " of " + report.asked() + " sockets are connected, "
                    + report.failed() + " failed; the first: " + report.failure());
        }
        return report;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                answers.put(line);
            }
        } catch (IOException e) {
            // the process is gone: whoever asks next hears of it
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        child.close();
    }
}
