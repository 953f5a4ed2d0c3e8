package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndedThreadsTest {
    private final AtomicLong now = new AtomicLong();
    private final Set<String> living = new HashSet<>();
    private final AtomicReference<ThreadOwners.Owner> owner = new AtomicReference<>();
    private final EndedThreads ended =
            new EndedThreads(now::get, () -> living, (thread, problem) -> Optional.ofNullable(owner.get()));
    private boolean gone;

    private final ThreadOwners.Owner plugIn = new ThreadOwners.Owner() {
        @Override
        public String title() {
            return "com.acme.plugin 1.2.0";
        }

        @Override
        public boolean gone() {
            return gone;
        }
    };

    private void end(String name, Error problem) throws InterruptedException {
        Thread thread = new Thread(
                () -> {
                    throw problem;
                },
                name);
        thread.setUncaughtExceptionHandler(ended);
        thread.start();
        thread.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compositor-transport-clock",
                "fileinstall-/srv/deploy",
                "FelixDispatchQueue",
                "FelixStartLevel",
                "CM Configuration Updater",
                "SCR Component Actor"
            })
    void aThreadThatNobodyReplacesMakesTheHostDown(String name) throws InterruptedException {
        end(name, new NoClassDefFoundError("gone"));
        assertThat(ended.get().level()).isEqualTo(Health.Level.DOWN);
        assertThat(ended.get().problems().get(0).text()).contains(name, "NoClassDefFoundError", "start the host again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"compositor-conf", "compositor-deploy", "FelixDispatchQueue"})
    void aThreadOfTheHostNeedsANewStart(String name) throws InterruptedException {
        owner.set(plugIn);
        end(name, new AssertionError());
        assertThat(ended.get().problems().get(0).text())
                .endsWith("; start the host again")
                .doesNotContain("replace", "acme");
    }

    @Test
    void aThreadOfABundleNamesItAndIsForgottenWithIt() throws InterruptedException {
        owner.set(plugIn);
        end("Thread-12", new AssertionError());
        now.addAndGet(EndedThreads.REMEMBERED_NANOS);
        assertThat(ended.get().level()).isEqualTo(Health.Level.WARNING);
        assertThat(ended.get().problems().get(0).text())
                .startsWith("thread Thread-12 of com.acme.plugin 1.2.0 has ended")
                .endsWith("; replace com.acme.plugin 1.2.0 or start the host again");
        gone = true;
        assertThat(ended.get().problems()).isEmpty();
    }

    @Test
    void aThreadOfOursIsNotCrowdedOut() throws InterruptedException {
        for (int i = 0; i < 30; i++) {
            end("Thread-" + i, new AssertionError());
        }
        end("compositor-scene", new AssertionError());
        assertThat(ended.get().level()).isEqualTo(Health.Level.DOWN);
    }

    @Test
    void aThreadOfAPoolIsWorthALook() throws InterruptedException {
        end("pool-3-thread-1", new AssertionError("a\nb"));
        assertThat(ended.get().level()).isEqualTo(Health.Level.WARNING);
        assertThat(ended.get().problems().get(0).text()).doesNotContain("\n");
    }

    @Test
    void theHostIsWellAgainWhenThereIsAnotherThreadOfThatName() throws InterruptedException {
        living.add("compositor-scene");
        end("compositor-scene", new AssertionError());
        // the one that ends lives for a moment
        assertThat(ended.get().level()).isEqualTo(Health.Level.DOWN);
        living.clear();
        now.addAndGet(EndedThreads.REMEMBERED_NANOS);
        assertThat(ended.get().level()).isEqualTo(Health.Level.DOWN);
        living.add("compositor-scene");
        assertThat(ended.get().problems()).isEmpty();
        living.clear();
        assertThat(ended.get().problems()).isEmpty();
    }

    @Test
    void aThreadOfAPoolIsForgottenAfterTenMinutes() throws InterruptedException {
        end("pool-3-thread-1", new AssertionError());
        living.add("pool-3-thread-1");
        now.addAndGet(EndedThreads.REMEMBERED_NANOS - 1);
        assertThat(ended.get().level()).isEqualTo(Health.Level.WARNING);
        now.incrementAndGet();
        assertThat(ended.get().problems()).isEmpty();
    }

    @Test
    void manyOfThemTakeNoMemory() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            end("pool-3-thread-" + i, new AssertionError("x".repeat(10_000)));
        }
        assertThat(ended.get().problems())
                .hasSizeLessThanOrEqualTo(20)
                .allSatisfy(problem -> assertThat(problem.text()).hasSizeLessThan(300));
    }

    @Test
    void configurationFilesAreDownWithoutTheirThread() {
        assertThat(ConfFolder.health(List.of("a.cfg: it cannot be read"), false).level())
                .isEqualTo(Health.Level.WARNING);
        assertThat(ConfFolder.health(List.of(), true).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.level()).isEqualTo(Health.Level.DOWN);
                    assertThat(problem.text()).endsWith("start the host again");
                });
    }
}
