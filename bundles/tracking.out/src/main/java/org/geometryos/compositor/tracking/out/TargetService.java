package org.geometryos.compositor.tracking.out;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.Problems;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One configuration as one {@link Sender}, for the component of each format. Calls come one at a time. */
final class TargetService {
    private static final Logger LOG = LoggerFactory.getLogger(TargetService.class);

    private final Targets targets;
    private final Function<Map<String, ?>, Settings> format;
    private final String pid;
    private final Problems problems;
    private final Sender sender;
    /** Where the number of the next packet waits for the next version of the bundle: a receiver drops lower ones. */
    private final File kept;

    private final boolean taken;

    /**
     * Starts to send.
     *
     * @param config that describes the configuration
     * @param factory its PID
     */
    TargetService(
            BundleContext context,
            Targets targets,
            Class<?> config,
            String factory,
            Map<String, Object> properties,
            Function<Map<String, ?>, Settings> format,
            IntFunction<Packets> packets) {
        this.targets = targets;
        this.format = format;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.problems = new Problems(context, pid, config);
        String name = InstanceName.plain(factory, properties);
        this.kept = context.getDataFile("sequence-" + name);
        this.sender = new Sender(name, targets::journal, packets.apply(kept()));
        this.taken = targets.add(sender);
        configure(properties);
        if (taken) {
            sender.start();
        }
    }

    void modified(Map<String, Object> properties) {
        configure(properties);
    }

    void deactivate() {
        targets.remove(sender);
        keep(taken ? sender.stop() : 0);
        problems.close();
    }

    private int kept() {
        try {
            return kept != null && kept.exists()
                    ? Integer.parseInt(Files.readString(kept.toPath()).strip())
                    : 0;
        } catch (IOException | NumberFormatException e) {
            LOG.debug("{}: its number is not known", pid, e);
            return 0;
        }
    }

    private void keep(int sequence) {
        try {
            if (kept != null && taken) {
                Files.writeString(kept.toPath(), String.valueOf(sequence));
            }
        } catch (IOException e) {
            LOG.debug("{}: its number is not kept", pid, e);
        }
    }

    private void configure(Map<String, Object> properties) {
        List<String> wrong = new ArrayList<>(problems.oddities(pid, properties));
        try {
            sender.configure(format.apply(properties));
        } catch (InvalidValueException e) {
            wrong.add(0, Problems.line(pid, properties, e.getMessage() + "; it is refused"));
        }
        if (!taken) {
            wrong.add(
                    0,
                    Problems.line(
                            pid, properties, "there are " + Targets.MAX + " targets already; nothing is sent to it"));
        }
        problems.now(wrong);
    }
}
