package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class MissingBundlesTest {
    private static final String SCENE = "org.geometryos.compositor.scene";
    private static final String WEB = "org.geometryos.compositor.web";
    private static final Optional<Set<String>> DISTRIBUTION = Optional.of(Set.of(SCENE, WEB, "slf4j.api"));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    private final MissingBundles missing = new MissingBundles(now::get);

    private List<String> of(Optional<Set<String>> expected, String... installed) {
        Set<String> all = Set.of(installed);
        return missing.of(expected, all, all).stream().map(Health.Problem::text).toList();
    }

    @Test
    void bundleOfTheDistributionIsNamedUntilItIsBack() {
        assertThat(of(DISTRIBUTION, WEB, "slf4j.api")).isEmpty();
        now.addAndGet(MissingBundles.SETTLE_NANOS);
        assertThat(of(DISTRIBUTION, WEB, "slf4j.api"))
                .containsExactly(SCENE + " is not installed; start the host again, or put it into deploy/");
        assertThat(of(DISTRIBUTION, WEB, SCENE, "slf4j.api")).isEmpty();
    }

    @Test
    void bundleThatIsReplacedByHandIsNoProblem() {
        of(DISTRIBUTION, WEB, "slf4j.api");
        now.addAndGet(MissingBundles.SETTLE_NANOS - 1);
        assertThat(of(DISTRIBUTION, WEB, "slf4j.api")).isEmpty();
        assertThat(of(DISTRIBUTION, WEB, SCENE, "slf4j.api")).isEmpty();
        now.addAndGet(1);
        assertThat(of(DISTRIBUTION, WEB, "slf4j.api")).isEmpty();
    }

    @Test
    void plugInThatIsTakenAwayFromADistributionIsNoProblem() {
        of(DISTRIBUTION, WEB, SCENE, "slf4j.api", "org.geometryos.compositor.extra");
        now.addAndGet(MissingBundles.SETTLE_NANOS);
        of(DISTRIBUTION, WEB, SCENE, "slf4j.api");
        now.addAndGet(MissingBundles.SETTLE_NANOS);
        assertThat(of(DISTRIBUTION, WEB, SCENE, "slf4j.api")).isEmpty();
    }

    @Test
    void otherHostTellsWhatWasThereEarlier() {
        assertThat(of(Optional.empty(), WEB, SCENE)).isEmpty();
        assertThat(of(Optional.empty(), WEB)).isEmpty();
        now.addAndGet(MissingBundles.SETTLE_NANOS);
        assertThat(of(Optional.empty(), WEB)).singleElement().asString().startsWith(SCENE + " is not installed");
        assertThat(of(Optional.empty(), WEB, SCENE)).isEmpty();
    }
}
