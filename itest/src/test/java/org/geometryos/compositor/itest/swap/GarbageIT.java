package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/**
 * 10,000 bad messages of 50 kinds: each is answered, or the connection closed as the protocol says; nobody else
 * notices.
 */
@RunWith(PaxExam.class)
public class GarbageIT {
    private static final int MESSAGES = 10_000;
    private static final int MALFORMED_ALLOWED = 20;
    private static final String DEEP = "[".repeat(40) + "]".repeat(40);

    private static final List<String> MALFORMED = List.of(
            "",
            " ",
            "{",
            "}",
            "[]",
            "null",
            "42",
            "\"hello\"",
            "true",
            "{\"type\"}",
            "{\"type\":}",
            "{type:\"ping\"}",
            "{'type':'ping'}",
            "{\"type\":\"ping\",}",
            "{\"type\":\"ping\",\"t0\":NaN}",
            "{\"type\":\"ping\",\"t0\":Infinity}",
            "{\"type\":\"ping\",\"t0\":1,\"t0\":2}",
            "{\"type\":\"ping\",\"type\":\"bye\"}",
            "{\"type\":\"ping\",\"t0\":1}{}",
            "{\"type\":\"ping\",\"x\":" + DEEP + "}",
            "{\"type\":\"ping\",\"t0\":01}",
            "{\"t0\":1}",
            "{}",
            "{\"type\":\"ping\",\"x\":\"\u0001\"}",
            "{\"type\":\"ping\" \"t0\":1}",
            "\u0000");

    private static final List<String> INVALID = List.of(
            "{\"type\":\"nonsense\"}",
            "{\"type\":\"Ping\",\"t0\":1}",
            "{\"type\":\"ping\"}",
            "{\"type\":\"ping\",\"t0\":1.5}",
            "{\"type\":\"ping\",\"t0\":\"1\"}",
            "{\"type\":\"hello\"}",
            "{\"type\":\"camera\"}",
            "{\"type\":\"camera\",\"camera\":\"\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,"
                    + "\"rotation\":0}}",
            "{\"type\":\"camera\",\"camera\":\"../x\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,"
                    + "\"rotation\":0}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"4d\"}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"2d\",\"center\":[0],\"zoom\":1,"
                    + "\"rotation\":0}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":0,"
                    + "\"rotation\":0}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"time\":-1,\"view\":{\"kind\":\"2d\",\"center\":[0,0],\"zoom\":1,"
                    + "\"rotation\":0}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"3d\",\"position\":[0,0,0],\"orientation\":[0,"
                    + "0,0,2],\"projection\":{\"type\":\"perspective\",\"yfov\":1,\"znear\":0.1}}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"3d\",\"position\":[0,0,0],\"orientation\":[0,"
                    + "0,0,1],\"projection\":{\"type\":\"perspective\",\"yfov\":4,\"znear\":0.1}}}",
            "{\"type\":\"camera\",\"camera\":\"x\",\"view\":{\"kind\":\"3d\",\"position\":[0,0,0],\"orientation\":[0,"
                    + "0,0,1]}}",
            "{\"type\":\"subscribe\",\"cameras\":\"*\"}",
            "{\"type\":\"subscribe\",\"cameras\":[1]}",
            "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"delivery\":\"some\"}",
            "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"rate\":0}",
            "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"rate\":5,\"delivery\":\"every\"}",
            "{\"type\":\"control\",\"camera\":\"x\"}",
            "{\"type\":\"admin\",\"action\":\"dance\"}",
            "{\"type\":\"settings\",\"settings\":{\"width\":-1}}");

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Test
    public void everyBadMessageIsAnsweredAndNobodyElseNotices() throws Exception {
        new Host(context).awaitReady();
        List<String> kinds = new ArrayList<>(MALFORMED);
        kinds.addAll(INVALID);
        assertTrue("kinds: " + kinds.size(), kinds.size() >= 50);
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(5, 5)) {
            crowd.ask("mark");
            int sent = 0;
            int answered = 0;
            int closed = 0;
            while (sent < MESSAGES) {
                try (RawDisplay sender = new RawDisplay(Host.port(), 0, null)) {
                    sender.hello("garbage");
                    int malformed = 0;
                    while (malformed <= MALFORMED_ALLOWED && sent < MESSAGES) {
                        String kind = kinds.get(sent++ % kinds.size());
                        sender.send(kind);
                        String answer = sender.message();
                        assertEquals(kind + " was answered by " + answer, "error", RawDisplay.type(answer));
                        boolean bad = MALFORMED.contains(kind);
                        assertEquals(
                                kind + " was answered by " + answer, bad, answer.contains("\"code\":\"malformed\""));
                        malformed += bad ? 1 : 0;
                        answered++;
                    }
                    if (malformed > MALFORMED_ALLOWED) {
                        assertEquals("goodbye", RawDisplay.type(sender.message()));
                        try {
                            throw new AssertionError("after too many: " + sender.message());
                        } catch (RawDisplay.ClosedException e) {
                            assertEquals(4400, e.code);
                            closed++;
                        }
                    }
                }
            }
            assertEquals(MESSAGES, answered);
            assertTrue("closed " + closed, closed > 100);
            Map<String, String> report = crowd.report();
            for (String flaw : List.of("missing", "doubled", "disorder", "closes", "gaps")) {
                assertEquals(flaw, "0", report.get(flaw));
            }
        }
    }
}
