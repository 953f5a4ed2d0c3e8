package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;

class UnreadConfigurationsTest {
    private static final String OURS = "org.geometryos.compositor.";
    private static final Set<String> KNOWN = Set.of(
            OURS + "recorder",
            OURS + "web",
            OURS + "camera",
            OURS + "camera.replay",
            "org.apache.felix.http",
            OURS + "endpoint.key");

    private static final Set<String> SINGLE = Set.of(OURS + "recorder", OURS + "web", OURS + "camera");

    private final AtomicLong now = new AtomicLong(1);
    private final UnreadConfigurations unread = new UnreadConfigurations(null, null, now::get);

    private static Configuration configuration(String pid, String factory, String file) {
        Map<String, Object> properties = file == null ? Map.of() : Map.of("felix.fileinstall.filename", file);
        return (Configuration) Proxy.newProxyInstance(
                Configuration.class.getClassLoader(),
                new Class<?>[] {Configuration.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getPid" -> pid;
                    case "getFactoryPid" -> factory;
                    case "getProperties" -> new Hashtable<>(properties);
                    default -> null;
                });
    }

    private List<String> told(Set<String> known, Configuration... all) {
        unread.look(List.of(all), known, SINGLE);
        now.addAndGet(UnreadConfigurations.SETTLE_NANOS);
        unread.look(List.of(all), known, SINGLE);
        return unread.health().problems().stream().map(Health.Problem::text).toList();
    }

    @Test
    void misspeltNameIsToldWithItsFileAndWhatWasMeant() {
        assertThat(told(KNOWN, configuration(OURS + "recoder", null, "file:/srv/conf/" + OURS + "recoder.cfg")))
                .singleElement()
                .asString()
                .startsWith(OURS + "recoder (")
                .contains("/srv/conf/" + OURS + "recoder.cfg", "did you mean " + OURS + "recorder?");
    }

    @Test
    void instanceOfAMisspeltFactoryIsToldWithItsName() {
        assertThat(told(KNOWN, configuration(OURS + "camera.reply~lobby", OURS + "camera.reply", null)))
                .singleElement()
                .asString()
                .endsWith("did you mean " + OURS + "camera.replay~lobby?");
    }

    @Test
    void instanceThatTheHostTakesForASingleConfigurationIsToldWithTheNameThatItHasHere() {
        assertThat(told(KNOWN, configuration(OURS + "camera.replay~lobby", null, "file:/etc/x.cfg")))
                .singleElement()
                .asString()
                .startsWith(OURS + "camera.replay~lobby (")
                .endsWith("here the name of the file is " + OURS + "camera.replay-lobby.cfg");
        assertThat(told(KNOWN, configuration(OURS + "endpoint.key~lobby", null, null)))
                .as("keys are read under either name")
                .isEmpty();
    }

    @Test
    void nameThatIsNearNoneIsToldWithoutAProposal() {
        assertThat(told(KNOWN, configuration(OURS + "foo", null, null)))
                .singleElement()
                .asString()
                .contains("no bundle knows")
                .doesNotContain("did you mean");
    }

    @Test
    void nameWithAMisspeltOrMissingPrefixIsToldOfAFile() {
        assertThat(told(
                        KNOWN,
                        configuration("camera", null, "file:/srv/conf/camera.cfg"),
                        configuration("org.geometryos.compositer.recorder", null, "file:/srv/conf/x.cfg"),
                        configuration("org.apache.felix.htp", null, "file:/srv/conf/y.cfg")))
                .hasSize(3);
    }

    @Test
    void nameBehindAPidThatTakesOneConfigurationIsTold() {
        assertThat(told(
                        KNOWN,
                        configuration(OURS + "camera~x", OURS + "camera", "file:/srv/conf/" + OURS + "camera~x.cfg"),
                        configuration(OURS + "web~y", null, null)))
                .satisfiesExactly(
                        camera -> assertThat(camera)
                                .contains(OURS + "camera~x (", "takes one configuration")
                                .endsWith("; call it " + OURS + "camera"),
                        web -> assertThat(web).endsWith("; call it " + OURS + "web"));
    }

    @Test
    void whatIsKnownOrOfOthersIsNotTold() {
        assertThat(told(
                        KNOWN,
                        configuration(OURS + "recorder", null, null),
                        configuration(OURS + "camera.replay~a", OURS + "camera.replay", null),
                        configuration(OURS + "endpoint.key~wall", null, null),
                        configuration("org.apache.felix.htp", null, null),
                        configuration("com.acme.thing", null, "file:/srv/conf/com.acme.thing.cfg")))
                .isEmpty();
    }

    @Test
    void whatABundleBringsLaterIsNoFalseAlarm() {
        Configuration early = configuration(OURS + "recorder", null, null);
        unread.look(List.of(early), Set.of(), SINGLE);
        now.addAndGet(UnreadConfigurations.SETTLE_NANOS / 2);
        // others come still
        unread.look(List.of(early), Set.of(OURS + "web"), SINGLE);
        now.addAndGet(UnreadConfigurations.SETTLE_NANOS / 2);
        unread.look(List.of(early), Set.of(OURS + "web"), SINGLE);
        assertThat(unread.health().problems()).isEmpty();
        assertThat(told(KNOWN, early)).isEmpty();
    }

    @Test
    void fileThatIsRenamedIsToldNoMore() {
        assertThat(told(KNOWN, configuration(OURS + "recoder", null, null))).hasSize(1);
        unread.look(List.of(configuration(OURS + "recorder", null, null)), KNOWN, SINGLE);
        assertThat(unread.health().problems()).isEmpty();
    }

    @Test
    void metatypeNamesThePids() {
        String document = "<metatype:MetaData><OCD id=\"x\"><AD id=\"pid\"/></OCD>"
                + "<Designate pid=\"a.b\"><Object ocdref=\"x\"/></Designate>"
                + "<Designate factoryPid=\"a.c\"/><metatype:Designate bundle=\"*\" pid=\"a.d\"/>";
        assertThat(KnownPids.designated(document, "pid")).containsExactly("a.b", "a.d");
        assertThat(KnownPids.designated(document, "factoryPid")).containsExactly("a.c");
    }
}
