package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.io.http.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class DisplaysResourceTest {
    private static final String FACTORY = "org.geometryos.compositor.connections.display";

    private final Map<String, Dictionary<String, Object>> stored = new TreeMap<>();
    private final ConfigurationAdmin admin = fake(ConfigurationAdmin.class, (method, given) -> switch (method) {
        case "listConfigurations" ->
            stored.isEmpty()
                    ? null
                    : stored.keySet().stream().map(this::configuration).toArray(Configuration[]::new);
        case "getFactoryConfiguration" -> configuration(given[0] + "~" + given[1]);
        default -> throw new UnsupportedOperationException(method);
    });
    private final ConnectionManager connections = fake(
            ConnectionManager.class,
            (method, given) -> List.of(new Display(
                    "left",
                    Optional.of("u"),
                    Optional.empty(),
                    false,
                    DisplaySettings.EMPTY,
                    false,
                    Optional.empty())));
    private final BundleContext context = fake(BundleContext.class, (method, given) -> new Bundle[0]);
    private final Parts parts = new Parts(
            new Part<>("the connection manager", () -> connections),
            new Part<>("the camera bridge", () -> null),
            new Part<>("the journal", () -> null),
            new Part<>("the recorder", () -> null),
            new Part<>("Config Admin", () -> admin),
            new Part<>("the component runtime", () -> null),
            List.of());
    private final DisplaysResource displays =
            new DisplaysResource(parts, new Configurations(context, parts.configurations()));

    private interface Answer {
        Object to(String method, Object[] given);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, given) -> answer.to(method.getName(), given)));
    }

    @SuppressWarnings("unchecked")
    private Configuration configuration(String pid) {
        return fake(Configuration.class, (method, given) -> switch (method) {
            case "getPid" -> pid;
            case "getProperties" -> stored.get(pid);
            case "update" -> stored.put(pid, (Dictionary<String, Object>) given[0]);
            case "delete" -> stored.remove(pid);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private Map<String, Object> title(String display, Object title) throws ApiException {
        Map<String, Object> body = new HashMap<>();
        body.put("display", display);
        body.put("title", title);
        return displays.post(body);
    }

    @Test
    void aTitleIsADeclarationThatGoesWithIt() throws Exception {
        assertThat(title("left", "Stage left"))
                .containsEntry("title", "Stage left")
                .containsEntry("lasts", true);
        assertThat(stored)
                .isEqualTo(
                        Map.of(FACTORY + "~left", new Hashtable<>(Map.of("display", "left", "title", "Stage left"))));
        assertThat(title("left", null)).containsEntry("title", null);
        assertThat(stored).isEmpty();
        // there is none to take away
        assertThat(title("left", null)).containsEntry("title", null);
    }

    @Test
    void whatElseIsDeclaredStays() throws Exception {
        Hashtable<String, Object> declared = new Hashtable<>(Map.of("width", 1920, "felix.fileinstall.filename", "f"));
        stored.put(FACTORY + "~wall", declared);
        assertThat(title("wall", "Wall")).containsEntry("lasts", false);
        assertThat(stored.get(FACTORY + "~wall").get("width")).isEqualTo(1920);
        title("wall", null);
        assertThat(stored.get(FACTORY + "~wall").get("width")).isEqualTo(1920);
        assertThat(stored.get(FACTORY + "~wall").get("title")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "\u0007", "$[secret:key]"})
    void aBadTitleIsRefused(String title) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> title("left", title));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.field()).contains("title");
        assertThat(stored).isEmpty();
    }

    @Test
    void aDisplayThatNobodyKnowsHasNone() {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> title("nobody", "x"));
        assertThat(refusal.status()).isEqualTo(404);
        assertThat(stored).isEmpty();
    }
}
