package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.scene.SceneOp;
import org.junit.jupiter.api.Test;

/** Each kind of a sealed family comes to the method of the visitor that has its name. */
class VisitorTest {
    private static final int SEEDS = 20;

    private static <T> void each(Class<T> family, Class<?> visitor, Stream<? extends T> samples, Call<T> accept) {
        Set<String> kinds = Arrays.stream(family.getPermittedSubclasses())
                .map(VisitorTest::method)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(Arrays.stream(visitor.getMethods()).map(m -> m.getName()))
                .containsExactlyInAnyOrderElementsOf(kinds);
        Set<String> seen = new TreeSet<>();
        samples.forEach(sample -> {
            Object called = accept.on(
                    sample,
                    Proxy.newProxyInstance(
                            visitor.getClassLoader(), new Class<?>[] {visitor}, (proxy, method, args) -> {
                                assertThat(args).containsExactly(sample);
                                return method.getName();
                            }));
            assertThat(called).isEqualTo(method(sample.getClass()));
            seen.add(method(sample.getClass()));
        });
        assertThat(seen).as("kinds among the samples").isEqualTo(kinds);
    }

    private interface Call<T> {
        Object on(T sample, Object visitor);
    }

    private static String method(Class<?> kind) {
        String name = kind.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static <T> Stream<T> samples(Function<Samples, List<T>> of) {
        return Stream.iterate(0L, seed -> seed + 1).limit(SEEDS).flatMap(seed -> of.apply(new Samples(seed)).stream());
    }

    @Test
    @SuppressWarnings("unchecked")
    void clientMessages() {
        each(
                ClientMessage.class,
                ClientMessage.Visitor.class,
                samples(Samples::client),
                (message, visitor) -> message.accept((ClientMessage.Visitor<Object, RuntimeException>) visitor));
    }

    @Test
    @SuppressWarnings("unchecked")
    void adminActions() {
        each(
                ClientMessage.AdminAction.class,
                ClientMessage.AdminAction.Visitor.class,
                samples(Samples::client)
                        .filter(ClientMessage.Admin.class::isInstance)
                        .map(message -> ((ClientMessage.Admin) message).action()),
                (action, visitor) ->
                        action.accept((ClientMessage.AdminAction.Visitor<Object, RuntimeException>) visitor));
    }

    @Test
    @SuppressWarnings("unchecked")
    void serverMessages() {
        each(
                ServerMessage.class,
                ServerMessage.Visitor.class,
                samples(Samples::server),
                (message, visitor) -> message.accept((ServerMessage.Visitor<Object, RuntimeException>) visitor));
    }

    /** It has no compiler that would ask. */
    @Test
    void theJavaScriptClientHasAnAnswerToEachMessageOfTheServer() {
        Set<String> kinds = Arrays.stream(ServerMessage.class.getPermittedSubclasses())
                .map(kind -> method(kind).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        String source = Documents.read(Documents.FOLDER
                .resolve("../../bundles/web/client/src/client.js")
                .normalize());
        String dispatch = source.substring(source.indexOf("switch (message.type) {"));
        Set<String> answered = Pattern.compile("case '([a-z-]+)':")
                .matcher(dispatch.substring(0, dispatch.indexOf("default:")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(answered).isEqualTo(kinds);
    }

    @Test
    @SuppressWarnings("unchecked")
    void requestIds() {
        each(
                RequestId.class,
                RequestId.Visitor.class,
                samples(Samples::client).flatMap(message -> message.id().stream()),
                (id, visitor) -> id.accept((RequestId.Visitor<Object, RuntimeException>) visitor));
    }

    private static Stream<View> views() {
        return samples(Samples::server)
                .filter(ServerMessage.Camera.class::isInstance)
                .map(message -> ((ServerMessage.Camera) message).state().view());
    }

    @Test
    @SuppressWarnings("unchecked")
    void viewsOfCameras() {
        each(
                View.class,
                View.Visitor.class,
                views(),
                (view, visitor) -> view.accept((View.Visitor<Object, RuntimeException>) visitor));
    }

    @Test
    @SuppressWarnings("unchecked")
    void projections() {
        each(
                Projection.class,
                Projection.Visitor.class,
                views().filter(View3d.class::isInstance).map(view -> ((View3d) view).projection()),
                (projection, visitor) -> projection.accept((Projection.Visitor<Object, RuntimeException>) visitor));
    }

    @Test
    @SuppressWarnings("unchecked")
    void operationsOfTheScene() {
        each(
                SceneOp.class,
                SceneOp.Visitor.class,
                samples(Samples::server)
                        .filter(ServerMessage.Scene.class::isInstance)
                        .flatMap(message -> ((ServerMessage.Scene) message).ops().stream()),
                (op, visitor) -> op.accept((SceneOp.Visitor<Object, RuntimeException>) visitor));
    }
}
