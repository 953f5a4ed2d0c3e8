package org.geometryos.compositor.http.guard;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConfiguration.Customizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.Container;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The way to the connectors of an HTTP service: Felix starts what a {@code ConnectorFactory} makes when its server has
 * started, and stops it with the server or with our service. This one accepts nothing; while it runs, a
 * {@link HeaderWatch} listens to all connectors of the server, those that come later included, and {@link NoBodies} and
 * {@link Restarting} look at their requests.
 *
 * <p>It also has the server give up all threads that were idle for a minute, and not one a minute: after thousands of
 * connects at once they would keep 20 MiB for hours.
 *
 * <p>When it starts it leaves the server's list of connectors: Felix takes each one in that list for a socket that
 * listens and fails to restart if it is not.
 */
final class WatchConnector extends ContainerLifeCycle implements Connector {
    private final Server server;
    private final HeaderWatch watch;
    private final Restarting restarting;
    private final BooleanSupplier leaving;
    private final NoBodies noBodies = new NoBodies();
    /** How many idle threads the server gave up at a time before. */
    private int evicted;

    private final Container.Listener beans = new Container.Listener() {
        @Override
        public void beanAdded(Container parent, Object child) {
            if (child instanceof Connector connector) {
                connector.addEventListener(watch);
                add(connector, restarting);
                add(connector, noBodies);
                connector.getConnectedEndPoints().forEach(watch::found);
            }
        }

        @Override
        public void beanRemoved(Container parent, Object child) {
            if (child instanceof Connector connector) {
                connector.removeEventListener(watch);
                remove(connector, noBodies);
                // a service that stops still answers until its ports are closed
                if (leaving.getAsBoolean()) {
                    remove(connector, restarting);
                }
            }
        }
    };

    /** @param leaving whether it is this bundle that goes, of which nothing may be left in a connector */
    WatchConnector(Server server, HeaderWatch watch, Restarting restarting, BooleanSupplier leaving) {
        this.server = server;
        this.watch = watch;
        this.restarting = restarting;
        this.leaving = leaving;
    }

    /** Has it asked by a connector, once. */
    private static void add(Connector connector, Customizer customizer) {
        configurations(connector)
                .filter(http -> !http.getCustomizers().contains(customizer))
                .forEach(http -> http.addCustomizer(customizer));
    }

    private static void remove(Connector connector, Customizer customizer) {
        configurations(connector).forEach(http -> http.removeCustomizer(customizer));
    }

    private static Stream<HttpConfiguration> configurations(Connector connector) {
        return connector.getConnectionFactories().stream()
                .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                .map(factory -> ((HttpConfiguration.ConnectionFactory) factory).getHttpConfiguration());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        pool().ifPresent(pool -> {
            evicted = pool.getMaxEvictCount();
            pool.setMaxEvictCount(pool.getMaxThreads());
        });
        server.removeConnector(this);
        server.addEventListener(beans);
    }

    @Override
    protected void doStop() throws Exception {
        server.removeEventListener(beans);
        pool().ifPresent(pool -> pool.setMaxEvictCount(evicted));
        super.doStop();
    }

    private Optional<QueuedThreadPool> pool() {
        return server.getThreadPool() instanceof QueuedThreadPool pool ? Optional.of(pool) : Optional.empty();
    }

    @Override
    public Server getServer() {
        return server;
    }

    @Override
    public Executor getExecutor() {
        return server.getThreadPool();
    }

    @Override
    public Scheduler getScheduler() {
        return server.getScheduler();
    }

    @Override
    public ByteBufferPool getByteBufferPool() {
        return server.getByteBufferPool();
    }

    @Override
    public ConnectionFactory getConnectionFactory(String protocol) {
        return null;
    }

    @Override
    public <T> T getConnectionFactory(Class<T> type) {
        return null;
    }

    @Override
    public ConnectionFactory getDefaultConnectionFactory() {
        return null;
    }

    @Override
    public Collection<ConnectionFactory> getConnectionFactories() {
        return List.of();
    }

    @Override
    public List<String> getProtocols() {
        return List.of();
    }

    @Override
    public long getIdleTimeout() {
        return 0;
    }

    @Override
    public Object getTransport() {
        return null;
    }

    @Override
    public Collection<EndPoint> getConnectedEndPoints() {
        return List.of();
    }

    @Override
    public String getName() {
        return "compositor-watch";
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return !isRunning();
    }
}
