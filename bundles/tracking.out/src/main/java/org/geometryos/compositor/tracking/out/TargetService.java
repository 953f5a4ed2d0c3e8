package org.geometryos.compositor.tracking.out;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.configuration.InstanceName;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One configuration as one {@link Sender}, for the component of each format. Calls come one at a time. */
final class TargetService {
    private static final Logger LOG = LoggerFactory.getLogger(TargetService.class);

    private final Targets targets;
    private final String pid;
    private final Configured<Settings> configured;
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
            Function<Map<String, Object>, Settings> format,
            IntFunction<Packets> packets) {
        this.targets = targets;
        this.pid = String.valueOf(properties.get("service.pid"));
        this.configured = Configured.ofOne(context, pid, config, format);
        String name = InstanceName.plain(factory, properties);
        this.kept = context.getDataFile("sequence-" + name);
        this.sender = new Sender(name, targets::journal, packets.apply(kept()));
        this.taken = targets.add(sender);
        if (!taken) {
            configured.also("there are " + Targets.MAX + " targets already; nothing is sent to it");
        }
        configured.begin(properties).ifPresent(sender::configure);
        if (taken) {
            sender.start();
        }
    }

    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(sender::configure);
    }

    /** @param reason of the component runtime */
    void deactivate(int reason) {
        targets.remove(sender);
        keep(taken ? sender.stop() : 0);
        configured.close(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
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
}
