package org.geometryos.compositor.launcher.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.client.ClientListener;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Connects as a display and shows what comes. */
@Command(
        name = "connect",
        sortOptions = false,
        customSynopsis = "compositor connect -w NAME [options]",
        description = "Connects as a display and shows what comes, until Ctrl-C.",
        footer = {
            "",
            "exit codes: 0 Ctrl-C, or the server ended the session in order; 1 refused or (once) lost; 2 wrong usage"
        })
public final class ConnectCommand implements Callable<Integer> {
    private static final int NORMAL = 1000;
    private static final long BLOCK_MILLIS = 100;
    private static final long LINE_MILLIS = 1000;
    private static final String CLEAR_BELOW = "\r\u001b[J";
    private static final String WRAP_OFF = "\u001b[?7l";
    private static final String WRAP_ON = "\u001b[?7h";

    @Option(
            names = {"-w", "--display"},
            required = true,
            paramLabel = "NAME",
            converter = OptionTypes.Name.class,
            description = "The display's name, 1-64 of A-Z a-z 0-9 . _ -")
    private String display;

    @Option(
            names = "--connect-type",
            paramLabel = "TYPE",
            converter = OptionTypes.ConnectType.class,
            description = "keep-open: come back for ever (default); once: end at the first disconnect.")
    private String connectType = "keep-open";

    @Option(
            names = "--camera",
            paramLabel = "NAME",
            converter = OptionTypes.Text.class,
            description = "A camera to follow, repeatable (default: all).")
    private List<String> cameras = List.of();

    @Option(names = "--every", description = "Each update in order instead of the newest state.")
    private boolean every;

    @Option(
            names = "--rate",
            paramLabel = "R",
            converter = OptionTypes.Rate.class,
            description = "At most so many updates per second and camera, up to 1000.")
    private Double rate;

    @Option(names = "--presence", description = "Also tell of other displays.")
    private boolean presence;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            converter = OptionTypes.Name.class,
            description = "The user (default: the key's name).")
    private String user;

    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            converter = OptionTypes.Pixels.class,
            description = "What the display says of itself: physical pixels,")
    private Integer width;

    @Option(
            names = "--height",
            paramLabel = "PIXELS",
            converter = OptionTypes.Pixels.class,
            description = "physical pixels,")
    private Integer height;

    @Option(
            names = "--pixel-ratio",
            paramLabel = "RATIO",
            converter = OptionTypes.Positive.class,
            description = "physical pixels per CSS pixel,")
    private Double pixelRatio;

    @Option(
            names = "--refresh-rate",
            paramLabel = "HERTZ",
            converter = OptionTypes.Positive.class,
            description = "hertz,")
    private Double refreshRate;

    @Option(
            names = "--color-space",
            paramLabel = "NAME",
            converter = OptionTypes.ColorSpace.class,
            description = "srgb, display-p3 or rec2020,")
    private String colorSpace;

    @Option(
            names = "--fit",
            paramLabel = "FIT",
            converter = OptionTypes.Fit.class,
            description = "contain, cover or same-scale,")
    private String fit;

    @Option(
            names = "--title",
            paramLabel = "TEXT",
            converter = OptionTypes.Text.class,
            description = "at most 256 characters.")
    private String title;

    @Option(
            names = "--json",
            description = "Print each message as a line of JSON as it comes (the token to resume with is hidden).")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    private final StreamView view = new StreamView();
    private volatile CompositorClient client;
    private volatile String refusal = "";
    private volatile boolean over;
    private volatile boolean leaving;
    private int shown;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        Subscription subscription = subscription();
        Target target = server.target();
        CompositorClient.Builder builder = Remote.builder(target)
                .display(display)
                .subscription(subscription)
                .listener(new Listener(target));
        settings().ifPresent(builder::settings);
        if (user != null) {
            builder.user(user);
        }
        if (connectType.equals("once")) {
            builder.once();
        }
        CompositorClient connected = builder.connect();
        client = connected;
        boolean terminal = Console.terminal() && !json;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> sayBye(connected, terminal), "compositor-bye"));
        try {
            return follow(connected, target, terminal);
        } finally {
            over = true;
            connected.close();
        }
    }

    Subscription subscription() throws UsageException {
        if (every && rate != null) {
            throw new UsageException("--rate " + rate + ": not with --every, which leaves nothing out");
        }
        for (String camera : cameras) {
            if (!Names.valid(camera)) {
                throw new UsageException("--camera " + camera
                        + ": must be 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment");
            }
        }
        Subscription wanted =
                cameras.isEmpty() ? Subscription.toAllCameras() : Subscription.toCameras(Set.copyOf(cameras));
        if (presence) {
            wanted = wanted.with(Subscription.Topic.PRESENCE);
        }
        if (every) {
            wanted = wanted.with(Delivery.EVERY);
        }
        return rate == null ? wanted : wanted.withRate(rate);
    }

    /** Empty if nothing was said, so that what the server remembers stands. */
    Optional<DisplaySettings> settings() throws UsageException {
        if (title != null && title.length() > 256) {
            throw new UsageException("--title: must be at most 256 characters, not " + title.length());
        }
        DisplaySettings settings = new DisplaySettings(
                width == null ? OptionalInt.empty() : OptionalInt.of(width),
                height == null ? OptionalInt.empty() : OptionalInt.of(height),
                pixelRatio == null ? OptionalDouble.empty() : OptionalDouble.of(pixelRatio),
                refreshRate == null ? OptionalDouble.empty() : OptionalDouble.of(refreshRate),
                Optional.ofNullable(colorSpace),
                Optional.ofNullable(fit),
                Optional.ofNullable(title));
        return settings.equals(DisplaySettings.EMPTY) ? Optional.empty() : Optional.of(settings);
    }

    /** Shows what comes until the client has ended. @return the exit code */
    private int follow(CompositorClient connected, Target target, boolean terminal) throws InterruptedException {
        Future<Closed> end = connected.closed();
        Optional<Closed> closed = Optional.empty();
        if (terminal) {
            Console.raw(WRAP_OFF);
        }
        while (closed.isEmpty()) {
            try {
                closed = Optional.of(end.get(terminal ? BLOCK_MILLIS : LINE_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                show(connected, terminal);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            if (!refusal.isEmpty() && closed.isEmpty()) {
                connected.closeAsync();
            }
            if (Console.broken()) {
                return 1;
            }
        }
        tell(view.events(), terminal);
        if (terminal) {
            Console.raw(WRAP_ON);
        }
        if (!refusal.isEmpty()) {
            Console.error(refusal);
            return 1;
        }
        if (leaving) {
            return 0;
        }
        boolean inOrder = closed.get().code() == NORMAL;
        Console.error((inOrder ? "ended: " : "") + Remote.why(target, closed.get()));
        return inOrder ? 0 : 1;
    }

    private void show(CompositorClient connected, boolean terminal) {
        tell(view.events(), terminal);
        long nanos = System.nanoTime();
        StreamView.Figures figures = new StreamView.Figures(
                connected.counters().gaps(), connected.counters().reconnects(), connected.clock());
        if (terminal) {
            List<String> block = view.block(nanos, figures);
            Console.raw(back() + String.join("\n", block) + "\n");
            shown = block.size();
        } else if (!json) {
            Console.out(view.line(nanos, figures));
        }
    }

    /** Events: above the block, or as lines; beside JSON on standard error. */
    private void tell(List<String> events, boolean terminal) {
        if (terminal && !events.isEmpty()) {
            Console.raw(back());
            shown = 0;
        }
        events.forEach(json ? Console::error : Console::out);
    }

    private String back() {
        return shown == 0 ? "" : "\u001b[" + shown + "A" + CLEAR_BELOW;
    }

    /** At Ctrl-C or SIGTERM. Halts, as the virtual machine's own exit code would be the signal's. */
    private void sayBye(CompositorClient connected, boolean terminal) {
        if (!over) {
            leaving = true;
            connected.close();
            if (terminal) {
                Console.raw(WRAP_ON);
            }
            Runtime.getRuntime().halt(0);
        }
    }

    /** On the client's thread. */
    private final class Listener implements ClientListener {
        private final Target target;

        Listener(Target target) {
            this.target = target;
        }

        @Override
        public void connected(ServerMessage.Welcome welcome) {
            view.connected(welcome);
            print(new ServerMessage.Welcome(
                    welcome.session(),
                    welcome.display(),
                    "(hidden)",
                    welcome.resumed(),
                    welcome.epoch(),
                    welcome.seq(),
                    welcome.time(),
                    welcome.role(),
                    welcome.heartbeat(),
                    welcome.limits(),
                    welcome.server(),
                    welcome.settings(),
                    welcome.wall(),
                    welcome.hosts()));
        }

        @Override
        public void message(ServerMessage message) {
            print(message);
            if (message instanceof ServerMessage.Error error && error.id().isPresent()) {
                refusal = target.uri() + ": " + error.code().word() + ": " + Console.plain(error.message());
            } else {
                Optional<CompositorClient> known = Optional.ofNullable(client);
                view.message(message, TimeOfDay.micros(), System.nanoTime(), known.flatMap(CompositorClient::clock));
            }
        }

        @Override
        public void disconnected(Closed closed) {
            view.disconnected(
                    closed, closed.code() + (closed.reason().isEmpty() ? "" : " " + Console.plain(closed.reason())));
        }

        private void print(ServerMessage message) {
            if (json) {
                Console.out(new String(Codecs.json().encode(message), StandardCharsets.UTF_8));
            }
        }
    }
}
