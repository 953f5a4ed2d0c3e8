package org.geometryos.compositor.cluster.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.ObjectStore;
import io.nats.client.Options;
import io.nats.client.PurgeOptions;
import io.nats.client.Subscription;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectMeta;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.api.log.SharedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers by the client library of NATS. Streams are read by consumers of our own making, one for each reading: the
 * library's ordered consumer was seen to end without a word when a server died.
 */
final class JetStreamEngine implements Engine, ConnectionListener, ErrorListener {
    private static final Logger LOG = LoggerFactory.getLogger(JetStreamEngine.class);
    /** Bytes of records that the servers have not acknowledged; what comes on top is not put. */
    static final long MOST_UNACKNOWLEDGED = 16L << 20;

    private static final int MOST_QUEUED = 20_000;
    private static final int MOST_PENDING = 65_536;
    private static final long MOST_PENDING_BYTES = 64L << 20;
    private static final long LARGEST_CHECKPOINT = 1L << 30;
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration PING = Duration.ofSeconds(1);
    private static final int PINGS = 2;
    private static final Duration RECONNECT = Duration.ofMillis(200);
    private static final long HEARTBEAT_MILLIS = 250;
    private static final int NOT_FOUND = 404;
    /** The stream is there already, made in another way. */
    private static final int NAME_IN_USE = 10_058;

    private static final String CHECKPOINT = "newest";
    private static final String STALLED = "Nats-Consumer-Stalled";

    private final Settings.Stream made;
    private final Events events;
    private final AtomicLong unacknowledged = new AtomicLong();
    private final Connection connection;
    private final JetStream jetStream;
    private final JetStreamManagement management;
    private final Dispatcher dispatcher;

    /** What an operator should learn of. Told on threads of the library. */
    interface Events {
        void connected();

        void disconnected();

        /** A record was refused, or something else went wrong. */
        void failed(String what);
    }

    private interface Asking<T> {
        T ask() throws IOException, JetStreamApiException;
    }

    /** Waits for the connection, for a few seconds for each server. */
    JetStreamEngine(Settings settings, Events events) throws IOException {
        this.made = settings.stream();
        this.events = events;
        Options.Builder options = new Options.Builder()
                .servers(settings.servers().toArray(new String[0]))
                .connectionName("compositor")
                .connectionTimeout(ANSWER)
                .pingInterval(PING)
                .maxPingsOut(PINGS)
                .maxReconnects(-1)
                .reconnectWait(RECONNECT)
                // what is not sent is put again by who wants it
                .reconnectBufferSize(0)
                .maxMessagesInOutgoingQueue(MOST_QUEUED)
                .discardMessagesWhenOutgoingQueueFull()
                .connectionListener(this)
                .errorListener(this);
        settings.user()
                .ifPresent(user -> options.userInfo(
                        user.name().toCharArray(), user.password().toCharArray()));
        settings.token().ifPresent(token -> options.token(token.toCharArray()));
        if (settings.tls()) {
            options.sslContext(Trust.context(settings.trust()));
        }
        try {
            connection = Nats.connect(options.build());
            check(connection);
            JetStreamOptions waiting =
                    JetStreamOptions.builder().requestTimeout(ANSWER).build();
            jetStream = connection.jetStream(waiting);
            management = connection.jetStreamManagement(waiting);
            dispatcher = connection.createDispatcher();
            dispatcher.setPendingLimits(MOST_PENDING, MOST_PENDING_BYTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
    }

    /** A record that does not fit would be waited for without end. */
    private static void check(Connection made) throws IOException, InterruptedException {
        if (made.getMaxPayload() < SharedLog.MOST_BYTES) {
            made.close();
            throw new IOException("max_payload of the servers must be at least " + SharedLog.MOST_BYTES + ", not "
                    + made.getMaxPayload());
        }
    }

    /** Bytes of records that the servers have not acknowledged. */
    long unacknowledged() {
        return unacknowledged.get();
    }

    @Override
    public boolean connected() {
        return connection.getStatus() == Connection.Status.CONNECTED;
    }

    private static String subject(String stream) {
        return stream + ".log";
    }

    private static String bucket(String stream) {
        return stream + "-checkpoints";
    }

    @Override
    public void publish(String stream, byte[] record) {
        if (!connected() || unacknowledged.get() + record.length > MOST_UNACKNOWLEDGED) {
            return;
        }
        unacknowledged.addAndGet(record.length);
        try {
            jetStream.publishAsync(subject(stream), record).whenComplete((ack, failure) -> {
                unacknowledged.addAndGet(-record.length);
                if (failure != null) {
                    events.failed("a record was not acknowledged: " + failure.getMessage());
                }
            });
        } catch (IllegalStateException e) {
            // the connection went in this moment
            unacknowledged.addAndGet(-record.length);
            LOG.debug("a record is not put", e);
        } catch (IllegalArgumentException e) {
            unacknowledged.addAndGet(-record.length);
            events.failed("a record is not put: " + e.getMessage());
        }
    }

    private static <T> T asked(Asking<T> asking) throws IOException {
        try {
            return asking.ask();
        } catch (JetStreamApiException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new IOException("the connection is gone: " + e.getMessage(), e);
        }
    }

    private static <T> Optional<T> found(Asking<T> asking) throws IOException {
        try {
            return Optional.ofNullable(asking.ask());
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw new IOException(e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new IOException("the connection is gone: " + e.getMessage(), e);
        }
    }

    @Override
    public Collection<String> streams(String prefix) throws IOException {
        List<String> names = asked(management::getStreamNames);
        return names.stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public Optional<Info> info(String stream) throws IOException {
        return found(() -> management.getStreamInfo(stream)).map(JetStreamEngine::info);
    }

    private static Info info(StreamInfo info) {
        long last = info.getStreamState().getLastSequence();
        return new Info(
                Long.toUnsignedString(
                        info.getCreateTime().toEpochSecond() * 1_000_000_000
                                + info.getCreateTime().getNano(),
                        Character.MAX_RADIX),
                info.getStreamState().getMsgCount() == 0
                        ? last + 1
                        : info.getStreamState().getFirstSequence(),
                last);
    }

    @Override
    public void make(String stream) throws IOException {
        StorageType storage = made.file() ? StorageType.File : StorageType.Memory;
        made(() -> management.addStream(StreamConfiguration.builder()
                .name(stream)
                .subjects(subject(stream))
                .replicas(made.replicas())
                .storageType(storage)
                .maxBytes(made.bytes())
                .maximumMessageSize(SharedLog.MOST_BYTES)
                .discardPolicy(DiscardPolicy.Old)
                .denyDelete(true)
                .build()));
        made(() -> connection
                .objectStoreManagement()
                .create(ObjectStoreConfiguration.builder(bucket(stream))
                        .replicas(made.replicas())
                        .storageType(storage)
                        .build()));
    }

    private static void made(Asking<?> making) throws IOException {
        try {
            making.ask();
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != NAME_IN_USE) {
                throw new IOException(e.getMessage(), e);
            }
        } catch (IllegalStateException e) {
            throw new IOException("the connection is gone: " + e.getMessage(), e);
        }
    }

    @Override
    public void forget(String stream, long before) throws IOException {
        asked(() -> management.purgeStream(
                stream, PurgeOptions.builder().sequence(before).build()));
    }

    @Override
    public Tap tap(String stream, long from, Sink sink) throws IOException {
        String inbox = connection.createInbox();
        Subscription subscription = dispatcher.subscribe(inbox, message -> deliver(message, sink));
        boolean begun = false;
        try {
            asked(() -> management.createConsumer(
                    stream,
                    ConsumerConfiguration.builder()
                            .deliverPolicy(DeliverPolicy.ByStartSequence)
                            .startSequence(from)
                            .ackPolicy(AckPolicy.None)
                            .deliverSubject(inbox)
                            .flowControl(HEARTBEAT_MILLIS)
                            .memStorage(true)
                            .build()));
            begun = true;
        } finally {
            if (!begun) {
                end(subscription);
            }
        }
        return () -> end(subscription);
    }

    /** The servers end a consumer for which nobody listens. */
    private void end(Subscription subscription) {
        try {
            dispatcher.unsubscribe(subscription);
        } catch (IllegalStateException e) {
            LOG.debug("the connection has ended already", e);
        }
    }

    private void deliver(Message message, Sink sink) {
        if (!message.isStatusMessage()) {
            sink.record(message.metaData().streamSequence(), message.getData());
            return;
        }
        // the servers wait for a word before they send more
        String answer = message.getStatus().isFlowControl()
                ? message.getReplyTo()
                : message.hasHeaders() ? message.getHeaders().getFirst(STALLED) : null;
        if (answer != null) {
            connection.publish(answer, null);
        }
        sink.quiet();
    }

    private Optional<ObjectInfo> checkpoint(String stream) throws IOException {
        return found(() -> connection.objectStore(bucket(stream)).getInfo(CHECKPOINT));
    }

    private static long seq(ObjectInfo info) throws IOException {
        try {
            return Long.parseLong(info.getDescription());
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the description of a checkpoint must be its number, not " + info.getDescription(), e);
        }
    }

    @Override
    public long storedSeq(String stream) throws IOException {
        Optional<ObjectInfo> info = checkpoint(stream);
        return info.isEmpty() ? 0 : seq(info.get());
    }

    @Override
    public Optional<Stored> stored(String stream) throws IOException {
        Optional<ObjectInfo> info = checkpoint(stream);
        if (info.isEmpty()) {
            return Optional.empty();
        }
        if (info.get().getSize() > LARGEST_CHECKPOINT) {
            throw new IOException(
                    "a checkpoint has " + info.get().getSize() + " bytes, and may have " + LARGEST_CHECKPOINT);
        }
        ByteArrayOutputStream content =
                new ByteArrayOutputStream((int) info.get().getSize());
        ObjectStore store = connection.objectStore(bucket(stream));
        // of what was read, as another one may have taken its place meanwhile
        ObjectInfo read = asked(() -> {
            try {
                return store.get(CHECKPOINT, content);
            } catch (NoSuchAlgorithmException e) {
                throw new IOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading a checkpoint");
            }
        });
        return Optional.of(new Stored(seq(read), content.toByteArray()));
    }

    @Override
    public void store(String stream, Stored checkpoint) throws IOException {
        ObjectStore store = connection.objectStore(bucket(stream));
        asked(() -> {
            try {
                return store.put(
                        ObjectMeta.builder(CHECKPOINT)
                                .description(String.valueOf(checkpoint.seq()))
                                .build(),
                        new ByteArrayInputStream(checkpoint.content()));
            } catch (NoSuchAlgorithmException e) {
                throw new IOException(e);
            }
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what the library tells

    @Override
    @SuppressWarnings("deprecation")
    public void connectionEvent(Connection of, ConnectionListener.Events type) {
        switch (type) {
            case CONNECTED, RESUBSCRIBED -> events.connected();
            case DISCONNECTED, CLOSED -> events.disconnected();
            default -> LOG.debug("connection to the servers: {}", type);
        }
    }

    @Override
    public void errorOccurred(Connection of, String error) {
        events.failed("the servers say: " + error);
    }

    @Override
    public void exceptionOccurred(Connection of, Exception e) {
        LOG.debug("the connection to the servers", e);
    }
}
