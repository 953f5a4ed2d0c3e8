package org.geometryos.compositor.launcher.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of each file in {@code deploy/}: said once in a line, and remembered for the health of the host. Any
 * thread.
 */
final class Outcomes {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

    private final Map<String, Outcome> byFile = new TreeMap<>();
    private String last = "";

    /** How a file fares. */
    enum State {
        /** Its bundle runs. */
        RUNNING,
        /** Its bundle is installed and lacks something. */
        WAITING,
        /** Its bundle is not installed, or does not start. */
        REFUSED,
        /** It is not there for the host, or another file holds the same bundle. */
        UNUSED
    }

    /** @param instead the version of the distribution's own bundle, in whose place it runs */
    record Outcome(State state, String line, String bundle, String version, Optional<String> instead) {}

    /** Something that was done about a file. */
    synchronized void done(Upload file, State state, String text, Optional<String> instead) {
        put(file, state, text, instead);
        say(state == State.RUNNING, file.title() + text);
    }

    /** How a file fares; said if it is new. */
    synchronized void is(Upload file, State state, String text) {
        Outcome before = byFile.get(file.file());
        put(file, state, text, Optional.empty());
        if (!byFile.get(file.file()).equals(before)) {
            say(state == State.RUNNING || state == State.UNUSED, file.title() + text);
        }
    }

    private void put(Upload file, State state, String text, Optional<String> instead) {
        byFile.put(
                file.file(),
                new Outcome(
                        state,
                        file.title() + text,
                        file.bundle(),
                        file.jar().map(jar -> jar.version().toString()).orElse(""),
                        instead));
    }

    /** Something that no file stands for any more. */
    synchronized void say(boolean well, String line) {
        last = line;
        if (well) {
            LOG.info("{}", line);
        } else {
            LOG.warn("{}", line);
        }
    }

    /** The line said last; empty: none was. */
    synchronized String last() {
        return last;
    }

    /** Forgets all files but these. */
    synchronized void retain(Collection<Upload> files) {
        byFile.keySet().retainAll(files.stream().map(Upload::file).toList());
    }

    /** Lines about files that are not as their owner wants them. */
    synchronized List<String> troubles() {
        return byFile.values().stream()
                .filter(each -> each.state == State.REFUSED || each.state == State.WAITING)
                .map(Outcome::line)
                .toList();
    }

    /** For the health, as values of the JDK. */
    synchronized List<Map<String, Object>> report() {
        List<Map<String, Object>> report = new ArrayList<>();
        byFile.forEach((file, outcome) -> {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("file", file);
            each.put("state", outcome.state.name().toLowerCase(java.util.Locale.ROOT));
            each.put("bundle", outcome.bundle);
            each.put("version", outcome.version);
            outcome.instead.ifPresent(version -> each.put("instead", version));
            each.put("text", outcome.line);
            report.add(each);
        });
        return report;
    }
}
