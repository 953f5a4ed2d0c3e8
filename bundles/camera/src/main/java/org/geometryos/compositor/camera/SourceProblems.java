package org.geometryos.compositor.camera;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.health.Health;

/** The sources that are not well, for the health of the host. */
final class SourceProblems {
    static final String PART = "sources";
    private static final int SHOWN = 20;

    private SourceProblems() {}

    static Health of(List<SourceState> sources) {
        List<String> texts = sources.stream()
                .filter(source -> source.health().status() != SourceHealth.Status.OK)
                .map(source -> "source \"" + source.id() + "\" is "
                        + source.health().status().name().toLowerCase(Locale.ROOT) + ": "
                        + source.health().message().replaceAll("\\p{Cntrl}", " "))
                .toList();
        return Health.warnings(
                PART,
                texts.size() <= SHOWN
                        ? texts
                        : Stream.concat(
                                        texts.stream().limit(SHOWN),
                                        Stream.of((texts.size() - SHOWN) + " more sources are not well"))
                                .toList());
    }
}
