package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;

class LogBridgeTest {

    private final ch.qos.logback.classic.Logger target =
            (ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("some.bundle");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Bundle bundle = (Bundle) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Bundle.class},
            (self, method, arguments) -> method.getName().equals("getSymbolicName") ? "some.bundle" : null);
    private final LogService service = new LogBridge().getService(bundle, null);

    @BeforeEach
    void listen() {
        lines.start();
        target.addAppender(lines);
        target.setAdditive(false);
        target.setLevel(ch.qos.logback.classic.Level.INFO);
    }

    @AfterEach
    void leave() {
        target.detachAppender(lines);
    }

    @Test
    @SuppressWarnings("deprecation") // the older methods are what is tested
    void olderMethodsTakeALevel() {
        service.log(LogService.LOG_WARNING, "old");
        service.log(null, LogService.LOG_ERROR, "older", new IllegalStateException("why"));
        service.log(LogService.LOG_DEBUG, "not this");
        assertThat(said()).containsExactly("WARN old", "ERROR older");
        assertThat(lines.list.get(1).getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void loggersFillInValues() {
        Logger logger = service.getLogger("some.bundle");
        logger.info("none");
        logger.warn("{} and {}", 1, 2);
        logger.error("{} {} {}", 1, 2, 3, new IllegalStateException("why"));
        logger.debug("not {}", "this");
        logger.info(inside -> inside.info("from {}", "inside"));
        assertThat(said()).containsExactly("INFO none", "WARN 1 and 2", "ERROR 1 2 3", "INFO from inside");
        assertThat(lines.list.get(2).getThrowableProxy().getMessage()).isEqualTo("why");
        assertThat(logger.isInfoEnabled()).isTrue();
        assertThat(logger.isDebugEnabled()).isFalse();
        assertThat(logger.getName()).isEqualTo("some.bundle");
    }

    @Test
    void formattersFillInValuesTheirWay() {
        service.getLogger(bundle, "some.bundle", FormatterLogger.class).info("%d %s", 1, "a");
        assertThat(said()).containsExactly("INFO 1 a");
    }

    private List<String> said() {
        return lines.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }
}
