package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.geometryos.compositor.launcher.Main;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example for Kubernetes, by the types of a Kubernetes client: a cluster is not needed. */
class KubernetesExampleTest {
    private static final Path EXAMPLE = Path.of("../docs/examples/kubernetes/compositor.yaml");
    private static final Path CONTAINERFILE = Path.of("../docs/examples/container/Containerfile");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 ConfigMap", ConfigMap.class,
            "v1 Service", Service.class,
            "apps/v1 StatefulSet", StatefulSet.class);

    private final List<HasMetadata> all = new ArrayList<>();

    @BeforeEach
    void read() throws IOException {
        all.addAll(read(Files.readString(EXAMPLE)));
    }

    private static List<HasMetadata> read(String text) throws IOException {
        List<HasMetadata> read = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                String kind = document.path("apiVersion").asText() + " "
                        + document.path("kind").asText();
                assertThat(KINDS).containsKey(kind);
                HasMetadata object = YAML.treeToValue(document, KINDS.get(kind));
                assertThat(unknown(object, kind))
                        .as("fields that there are not")
                        .isEmpty();
                read.add(object);
            }
        }
        return read;
    }

    /** Fields that no type has, in all that belongs to an object. */
    private static List<String> unknown(Object value, String where) {
        List<String> found = new ArrayList<>();
        if (value instanceof Collection<?> several) {
            several.forEach(each -> found.addAll(unknown(each, where)));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
            for (Method getter : value.getClass().getMethods()) {
                if (getter.getName().startsWith("get") && getter.getParameterCount() == 0) {
                    Object part = part(value, getter);
                    if (getter.getName().equals("getAdditionalProperties")) {
                        ((Map<?, ?>) part).keySet().forEach(key -> found.add(where + "." + key));
                    } else {
                        found.addAll(
                                unknown(part, where + "." + getter.getName().substring(3)));
                    }
                }
            }
        }
        return found;
    }

    private static Object part(Object value, Method getter) {
        try {
            return getter.invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends HasMetadata> T only(Class<T> type) {
        List<T> found = all.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as(type.getSimpleName()).hasSize(1);
        return found.get(0);
    }

    private PodSpec pod() {
        return only(StatefulSet.class).getSpec().getTemplate().getSpec();
    }

    private Container container() {
        assertThat(pod().getContainers()).hasSize(1);
        return pod().getContainers().get(0);
    }

    @Test
    void aFieldThatThereIsNotIsFound() throws IOException {
        String text = Files.readString(EXAMPLE);
        assertThatThrownBy(() -> read(text.replace("periodSeconds: 10", "periodSecond: 10")))
                .hasMessageContaining("periodSecond");
        assertThatThrownBy(() -> read(text.replace("replicas: 1", "replicas: one")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatBelongsTogetherHasTheSameNames() {
        StatefulSet set = only(StatefulSet.class);
        Map<String, String> labels = set.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(set.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(only(Service.class).getSpec().getSelector()).isEqualTo(labels);
        assertThat(set.getSpec().getServiceName())
                .isEqualTo(only(Service.class).getMetadata().getName());
        assertThat(set.getSpec().getReplicas()).as("there is one data folder").isEqualTo(1);

        List<String> volumes = Stream.concat(
                        pod().getVolumes().stream().map(Volume::getName),
                        set.getSpec().getVolumeClaimTemplates().stream()
                                .map(claim -> claim.getMetadata().getName()))
                .toList();
        assertThat(container().getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(only(Service.class).getSpec().getPorts())
                .extracting(port -> port.getTargetPort().getStrVal())
                .containsExactly(container().getPorts().get(0).getName());
    }

    @Test
    void theConfigurationIsMountedWhereTheHostLooks() {
        List<String> arguments = container().getArgs();
        assertThat(mounts()).contains(arguments.get(arguments.indexOf("--conf") + 1));
        assertThat(mounts()).contains(arguments.get(arguments.indexOf("--data") + 1), "/tmp");
        assertThat(pod().getVolumes().stream()
                        .filter(volume -> volume.getProjected() != null)
                        .flatMap(volume -> volume.getProjected().getSources().stream())
                        .filter(source -> source.getConfigMap() != null)
                        .map(source -> source.getConfigMap().getName()))
                .containsExactly(only(ConfigMap.class).getMetadata().getName());
        assertThat(only(ConfigMap.class).getData().keySet()).allMatch(name -> name.matches("[-._a-zA-Z0-9]+\\.cfg"));
    }

    private List<String> mounts() {
        return container().getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();
    }

    @Test
    void itRunsAsTheUserOfTheImageAndMayDoLittle() throws IOException {
        assertThat(Files.readString(CONTAINERFILE))
                .contains("\nUSER " + pod().getSecurityContext().getRunAsUser() + ":"
                        + pod().getSecurityContext().getRunAsGroup() + "\n");
        assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod().getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod().getAutomountServiceAccountToken()).isFalse();
        assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container().getSecurityContext().getAllowPrivilegeEscalation())
                .isFalse();
        assertThat(container().getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container().getResources().getLimits()).containsKey("memory");
    }

    @Test
    void theProbesAskWhatNeedsNoKey() {
        assertThat(path(container().getLivenessProbe())).isEqualTo("/health/live");
        assertThat(path(container().getStartupProbe())).isEqualTo("/health/live");
        assertThat(path(container().getReadinessProbe())).isEqualTo("/health/ready");
    }

    private String path(Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrVal())
                .isEqualTo(container().getPorts().get(0).getName());
        return probe.getHttpGet().getPath();
    }

    @Test
    void theCommandsAreTakenAndTheDrainEndsInTime() throws Exception {
        Main.parse(container().getArgs(), Path.of("/opt/compositor"));
        List<String> drain = container().getLifecycle().getPreStop().getExec().getCommand();
        assertThat(drain.get(0)).isEqualTo("/opt/compositor/bin/compositor");
        Main.parse(drain.subList(1, drain.size()), Path.of("/opt/compositor"));
        long seconds = Long.parseLong(drain.get(drain.indexOf("--over") + 1).replace("s", ""));
        // --wait ends 10 s after --over at the latest, and the stop takes 5 s
        assertThat(pod().getTerminationGracePeriodSeconds()).isGreaterThan(seconds + 15);
    }
}
