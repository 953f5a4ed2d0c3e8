package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;

class ReplacementsMeterTest {
    private long now = Long.MAX_VALUE - 5;
    private final ReplacementsMeter meter = new ReplacementsMeter(null, () -> now);

    private void happens(int type, String name, String location) {
        Bundle bundle = (Bundle) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getSymbolicName" -> name;
                    case "getLocation" -> location;
                    case "hashCode" -> 1;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        meter.bundleChanged(new BundleEvent(type, bundle));
    }

    private void happens(int type, String name) {
        happens(type, name, "file:" + name);
    }

    private Stream<String> lines() {
        Scrape scrape = new Scrape();
        meter.read(scrape);
        return TextFormat.PROMETHEUS.write(scrape).lines().filter(line -> !line.startsWith("#"));
    }

    @Test
    void aReplacedBundleWasAwayFromItsStopToItsStart() {
        happens(BundleEvent.STOPPING, "a");
        now += 250_000_000;
        happens(BundleEvent.UPDATED, "a");
        now += 250_000_000;
        happens(BundleEvent.STARTED, "a");
        happens(BundleEvent.STOPPING, "a");
        now += 1_000_000_000;
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "compositor_bundle_updates_total{bundle=\"a\"} 1",
                        "compositor_bundle_returns_total{bundle=\"a\"} 1",
                        "compositor_bundle_away_seconds_total{bundle=\"a\"} 0.5",
                        "compositor_bundle_last_away_seconds{bundle=\"a\"} 0.5");
        happens(BundleEvent.STARTED, "a");
        assertThat(lines())
                .contains(
                        "compositor_bundle_returns_total{bundle=\"a\"} 2",
                        "compositor_bundle_away_seconds_total{bundle=\"a\"} 1.5",
                        "compositor_bundle_last_away_seconds{bundle=\"a\"} 1");
    }

    @Test
    void theFirstStartIsNoReturnAndATrialNoBundle() {
        happens(BundleEvent.STARTED, "a");
        happens(BundleEvent.STOPPING, "b", "trial:1");
        happens(BundleEvent.STARTED, "b", "trial:1");
        happens(BundleEvent.STOPPING, null);
        assertThat(lines()).isEmpty();
    }

    @Test
    void soManyBundlesAndNoMore() {
        for (int i = 0; i < ReplacementsMeter.BUNDLES + 5; i++) {
            happens(BundleEvent.STOPPING, "b" + i);
            happens(BundleEvent.STARTED, "b" + i);
        }
        assertThat(lines()).hasSize(4 * ReplacementsMeter.BUNDLES);
    }
}
