package org.geometryos.compositor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.testkit.Changes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class JournalComponentTest {
    @TempDir
    Path data;

    private final List<Journal> journals = new ArrayList<>();

    private BundleContext context() {
        ClassLoader loader = getClass().getClassLoader();
        return (BundleContext) Proxy.newProxyInstance(
                loader, new Class<?>[] {BundleContext.class}, (self, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> arguments[0].equals("compositor.data") ? data.toString() : null;
                    case "registerService" -> registered(arguments[1]);
                    default -> null;
                });
    }

    private Object registered(Object service) {
        if (service instanceof Journal journal) {
            journals.add(journal);
        }
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (self, method, arguments) -> {
                    if (method.getName().equals("unregister")) {
                        journals.remove(service);
                    }
                    return null;
                });
    }

    @Test
    void aSharedSequenceLeavesNoJournalOfThisHost() {
        JournalComponent component = new JournalComponent(context(), Map.of("shared", "true"));
        assertThat(journals).isEmpty();
        component.deactivate();
    }

    @Test
    void whatWasSharedMeanwhileBeginsANewEpoch() {
        JournalComponent component = new JournalComponent(context(), Map.of());
        Journal before = journals.get(0);
        before.append(Changes.view("main"), Fence.NONE);
        component.modified(Map.of("shared", "true"));
        assertThat(journals).isEmpty();
        component.modified(Map.of());
        assertThat(journals).hasSize(1);
        assertThat(journals.get(0).epoch()).isNotEqualTo(before.epoch());
        assertThat(journals.get(0).cameras()).isZero();
        component.deactivate();
        assertThat(journals).isEmpty();
    }

    @Test
    void anotherSizeKeepsTheJournal() {
        JournalComponent component = new JournalComponent(context(), Map.of("cameraBytes", "1000000"));
        Journal before = journals.get(0);
        component.modified(Map.of("cameraBytes", "2000000"));
        component.modified(Map.of("cameraBytes", "1"));
        assertThat(journals).containsExactly(before);
        component.deactivate();
    }
}
