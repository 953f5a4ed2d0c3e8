package org.geometryos.compositor.shell;

import java.util.Locale;
import org.geometryos.compositor.api.log.Cluster;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What an operator asks of the hosts that share one sequence, in the scope {@code compositor} of a Gogo shell. Gives
 * the text to be shown.
 */
@Component(
        service = HostCommands.class,
        property = {"osgi.command.scope=compositor", "osgi.command.function=hosts"})
public final class HostCommands {
    private final Cluster cluster;

    @Activate
    public HostCommands(@Reference Cluster cluster) {
        this.cluster = cluster;
    }

    /** One line per host. */
    public String hosts() {
        StringBuilder text = new StringBuilder(host("HOST", "STATE", "ADDRESS"));
        for (Cluster.Host each : cluster.hosts()) {
            boolean here = each.name().equals(cluster.host());
            text.append('\n')
                    .append(host(
                            each.name(),
                            each.gone() ? "gone" : here ? "this one" : "there",
                            each.url().orElse("-")));
        }
        return text.toString();
    }

    private static String host(String... columns) {
        return String.format(Locale.ROOT, "%-24s %-8s %s", (Object[]) columns);
    }
}
