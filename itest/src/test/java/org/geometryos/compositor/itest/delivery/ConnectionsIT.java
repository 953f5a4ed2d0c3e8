package org.geometryos.compositor.itest.delivery;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What the connection manager keeps while it is replaced, and what operators do with it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConnectionsIT {
    private static final AtomicInteger NAMES = new AtomicInteger();

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private final String name = "wall-" + NAMES.incrementAndGet();

    @org.ops4j.pax.exam.Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void awaitReady() throws Exception {
        host = new Host(context);
        host.awaitReady();
    }

    private static RawDisplay display() throws IOException {
        return new RawDisplay(Host.port(), 0, null);
    }

    private ConnectionManager manager() throws Exception {
        return host.service(ConnectionManager.class);
    }

    private static String resume(String welcome) {
        return "{\"type\":\"hello\",\"resume\":{\"token\":\"" + RawDisplay.string(welcome, "token") + "\",\"epoch\":\""
                + RawDisplay.string(welcome, "epoch") + "\",\"seq\":" + RawDisplay.number(welcome, "seq") + "}}";
    }

    @Test
    public void aSessionThatWaitsForItsDisplayOutlivesTheConnectionManager() throws Exception {
        try (RawDisplay watcher = display()) {
            watcher.hello(name + "-watcher");
            watcher.send("{\"type\":\"subscribe\",\"presence\":true}");
            watcher.message("snapshot");
            String welcome;
            try (RawDisplay display = display()) {
                welcome = display.hello(name);
                display.send("{\"type\":\"subscribe\",\"id\":1,\"cameras\":[\"some\"],\"delivery\":\"every\"}");
                display.message("snapshot");
            }
            Host.await(20, "a session that waits", () -> session(name, false));
            assertEquals("joined", RawDisplay.string(told(watcher), "action"));
            host.swap("connections");
            host.awaitReady();
            Host.await(60, "the session in the next manager", () -> session(name, false));
            try (RawDisplay display = display()) {
                display.send(resume(welcome));
                String resumed = display.message("welcome");
                assertTrue(resumed, resumed.contains("\"resumed\":true"));
                assertEquals(RawDisplay.string(welcome, "session"), RawDisplay.string(resumed, "session"));
                assertEquals(name, RawDisplay.string(resumed, "display"));
                assertTrue(
                        "the subscription stands",
                        manager()
                                .session(RawDisplay.string(resumed, "session"))
                                .orElseThrow()
                                .subscription()
                                .wants("some"));
                display.send("{\"type\":\"bye\"}");
            }
            String last;
            do {
                last = told(watcher);
            } while (!last.contains("\"left\""));
            assertEquals("bye", RawDisplay.string(last, "reason"));
        }
    }

    /** What comes next about this test's display: what becomes of those of other tests is told, too. */
    private String told(RawDisplay watcher) throws IOException {
        String message;
        do {
            message = watcher.message("display");
        } while (!name.equals(RawDisplay.string(message, "display")));
        return message;
    }

    private Boolean session(String display, boolean connected) throws Exception {
        return manager().sessions().stream().anyMatch(s -> s.display().equals(display) && s.connected() == connected);
    }

    @Test
    public void aSocketLostWhileTheManagerIsAwayIsMissed() throws Exception {
        RawDisplay display = display();
        display.hello(name);
        host.bundle("connections").stop();
        display.close();
        Transport transport = host.service(Transport.class);
        Host.await(
                20,
                "the end of the link",
                () -> transport.links().stream()
                        .noneMatch(link -> name.equals(link.attributes().get("display"))));
        host.bundle("connections").start();
        host.awaitReady();
        Host.await(20, "the session waits", () -> session(name, false));
    }

    /** Leaves for good, and waits until the session is over. */
    private static void bye(RawDisplay display) throws IOException {
        display.send("{\"type\":\"bye\"}");
        try {
            for (; ; ) {
                display.message();
            }
        } catch (RawDisplay.ClosedException e) {
            assertEquals(1000, e.code);
        }
    }

    @Test
    public void settingsAreRememberedAndADamagedFileIsSetAside() throws Exception {
        String hello = "{\"type\":\"hello\",\"display\":\"" + name + "\"";
        try (RawDisplay display = display()) {
            display.send(hello + ",\"settings\":{\"width\":1234}}");
            display.message("welcome");
            bye(display);
        }
        host.swap("connections");
        host.awaitReady();
        try (RawDisplay display = display()) {
            display.send(hello + "}");
            assertEquals(1234, RawDisplay.number(display.message("welcome"), "width"));
            bye(display);
        }
        File store = host.data("connections/displays.json").toFile();
        host.bundle("connections").stop();
        assertTrue(Files.readString(store.toPath()).contains(name));
        Files.writeString(store.toPath(), "{\"version\":1,\"displ");
        host.bundle("connections").start();
        host.awaitReady();
        assertEquals(
                "kept under another name",
                1,
                Arrays.stream(store.getParentFile()
                                .listFiles((folder, file) -> file.startsWith("displays.json.damaged-")))
                        .filter(file -> file.length() == 19)
                        .count());
        try (RawDisplay display = display()) {
            display.send(hello + "}");
            assertEquals(-1, RawDisplay.number(display.message("welcome"), "width"));
            bye(display);
        }
    }

    @Test
    public void aDeclaredDisplayHasWhatTheOperatorSaysAtOnce() throws Exception {
        Configuration declared = admin.getFactoryConfiguration(Host.PREFIX + "connections.display", name, "?");
        declared.update(new Hashtable<>(Map.of("width", "800", "fit", "cover")));
        awaitDeclared(name);
        try (RawDisplay display = display()) {
            display.send("{\"type\":\"hello\",\"display\":\"" + name + "\",\"settings\":{\"width\":1,\"height\":2}}");
            String welcome = display.message("welcome");
            assertEquals(800, RawDisplay.number(welcome, "width"));
            assertEquals(2, RawDisplay.number(welcome, "height"));
            display.send("{\"type\":\"subscribe\",\"presence\":true}");
            assertTrue(display.message("snapshot").contains("\"width\":800"));
            declared.update(new Hashtable<>(Map.of("width", "900")));
            String changed = told(display);
            assertEquals(900, RawDisplay.number(changed, "width"));
            declared.update(new Hashtable<>(Map.of("width", "-3")));
            changed = told(display);
            assertEquals("a declaration that breaks a rule does not count", 1, RawDisplay.number(changed, "width"));
            declared.delete();
            declared = admin.getFactoryConfiguration(Host.PREFIX + "connections.display", name, "?");
            declared.update(new Hashtable<>(Map.of("title", "North")));
            changed = told(display);
            assertEquals("North", RawDisplay.string(changed, "title"));
            display.send("{\"type\":\"bye\"}");
        } finally {
            declared.delete();
        }
    }

    @Test
    public void aHostMayMakeUpTheNameOfADeclaration() throws Exception {
        Configuration declared = admin.createFactoryConfiguration(Host.PREFIX + "connections.display", "?");
        String pid = declared.getPid();
        String uuid = pid.substring(declared.getFactoryPid().length() + 1);
        try {
            declared.update(new Hashtable<>(Map.of("width", "800")));
            awaitDeclared(uuid);
            declared.update(new Hashtable<>(Map.of(
                    "width",
                    "800",
                    "felix.fileinstall.filename",
                    "file:/etc/" + declared.getFactoryPid() + "-" + name + ".cfg")));
            awaitDeclared(name);
            declared.update(new Hashtable<>(Map.of("width", "800", "display", "other-" + name)));
            awaitDeclared("other-" + name);
        } finally {
            declared.delete();
        }
    }

    private void awaitDeclared(String display) throws Exception {
        Host.await(
                60,
                "the declared display " + display,
                () -> manager().displays().stream()
                        .filter(d -> d.name().equals(display))
                        .findFirst()
                        .map(Display::declared)
                        .orElse(null));
    }

    @Test
    public void listenersHearOfSessionsAndOneThatThrowsHarmsNobody() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        ServiceRegistration<ConnectionListener> bad = context.registerService(
                ConnectionListener.class,
                new ConnectionListener() {
                    @Override
                    public void opened(Session session) {
                        throw new IllegalStateException("as this test wants it");
                    }
                },
                null);
        ServiceRegistration<ConnectionListener> good = context.registerService(
                ConnectionListener.class,
                new ConnectionListener() {
                    @Override
                    public void opened(Session session) {
                        hear(session, "opened");
                    }

                    @Override
                    public void changed(Session session) {
                        hear(session, "changed");
                    }

                    @Override
                    public void closed(Session session, String reason) {
                        hear(session, "closed " + reason);
                    }

                    private void hear(Session session, String what) {
                        if (session.display().equals(name)) {
                            heard.add(what);
                        }
                    }
                },
                null);
        try (RawDisplay display = display()) {
            display.hello(name);
            display.send("{\"type\":\"settings\",\"settings\":{}}");
            display.send("{\"type\":\"bye\"}");
            Host.await(60, "three events", () -> heard.size() == 3);
            assertEquals(List.of("opened", "changed", "closed bye"), heard);
        } finally {
            bad.unregister();
            good.unregister();
        }
    }

    @Test
    public void theShellDrainsAndUndrainsAlsoAcrossASwap() throws Exception {
        try (RawDisplay display = display()) {
            display.hello(name);
            assertTrue(shell("compositor:sessions").contains(name));
            assertTrue(shell("compositor:notice warning 'rehearsal in five minutes' " + name)
                    .contains(name));
            assertEquals("rehearsal in five minutes", RawDisplay.string(display.message("notice"), "text"));
            assertTrue(shell("compositor:drain 100 700").startsWith("draining"));
            String goodbye = display.message("goodbye");
            assertEquals(4503, RawDisplay.number(goodbye, "code"));
            assertEquals(700, RawDisplay.number(goodbye, "reconnectAfter"));
            assertEquals(503, Host.status());
            host.swap("connections");
            Host.await(60, "still draining", () -> manager().statistics().draining());
            assertEquals(503, Host.status());
        } finally {
            shell("compositor:undrain");
        }
        assertEquals(200, Host.status());
        assertTrue(shell("compositor:status").startsWith("taking connections"));
    }

    /** Runs a command in a session of the shell's runtime, whose types this test does not have. */
    private String shell(String command) throws Exception {
        ServiceReference<?> reference = Host.await(
                60, "a shell", () -> context.getServiceReference("org.apache.felix.service.command.CommandProcessor"));
        Object processor = context.getService(reference);
        Object session = processor
                .getClass()
                .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
                .invoke(
                        processor,
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream());
        return String.valueOf(Host.await(60, "the command " + command, () -> {
            try {
                return session.getClass()
                        .getMethod("execute", CharSequence.class)
                        .invoke(session, command);
            } catch (InvocationTargetException e) {
                // the commands come and go with the connection manager
                throw new IllegalStateException(e.getCause());
            }
        }));
    }
}
