package org.geometryos.compositor.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Developer;
import org.apache.maven.model.License;
import org.apache.maven.model.Model;
import org.apache.maven.model.Scm;
import org.junit.jupiter.api.Test;

class CentralRulesTest {

    private static Model complete() {
        Model pom = new Model();
        pom.setVersion("1.0.0");
        pom.setName("Camera bridge");
        pom.setDescription("Tracks camera sources.");
        pom.setUrl("https://bridge.example");
        License licence = new License();
        licence.setName("Apache-2.0");
        licence.setUrl("https://www.apache.org/licenses/LICENSE-2.0.txt");
        pom.addLicense(licence);
        Developer developer = new Developer();
        developer.setName("The maintainers");
        developer.setEmail("maintainers@bridge.example");
        pom.addDeveloper(developer);
        Scm scm = new Scm();
        scm.setUrl("https://bridge.example");
        scm.setConnection("scm:git:https://bridge.example/bridge.git");
        pom.setScm(scm);
        return pom;
    }

    @Test
    void aCompletePomLacksNothing() {
        assertThat(CentralRules.ofPom(complete())).isEmpty();
        assertThat(CentralRules.ofPublisher(complete())).isEmpty();
    }

    @Test
    void whatOthersNameByItsAddressIsPublishedToo() {
        List<String> beside = List.of("kar", "xml:features");
        assertThat(CentralRules.missing(beside, Set.of("kar", "xml:features", "jar:sources")))
                .isEmpty();
        assertThat(CentralRules.missing(beside, Set.of("xml:other"))).containsExactly("no kar", "no xml:features");
    }

    @Test
    void anEmptyPomLacksEachPart() {
        Model pom = new Model();
        pom.setVersion("1.0.0");
        assertThat(CentralRules.ofPom(pom))
                .containsExactly(
                        "no name",
                        "no description",
                        "no url",
                        "no licence",
                        "no developer",
                        "no scm: url",
                        "no scm: connection");
    }

    @Test
    void aPropertyThatNobodyFilledInIsNoValue() {
        Model pom = complete();
        pom.setUrl("${publisher.url}");
        assertThat(CentralRules.ofPom(pom)).containsExactly("no url");
    }

    @Test
    void aReleaseNeedsNoSnapshot() {
        Model pom = complete();
        Dependency dependency = new Dependency();
        dependency.setVersion("2.0-SNAPSHOT");
        pom.addDependency(dependency);
        assertThat(CentralRules.ofPom(pom)).containsExactly("a release needs a snapshot");
        pom.setVersion("1.0.0-SNAPSHOT");
        assertThat(CentralRules.ofPom(pom)).isEmpty();
    }

    @Test
    void aPublisherThatNobodyNamedIsFoundInEachPlace() {
        Model pom = complete();
        pom.setUrl("https://bridge.invalid");
        pom.getDevelopers().get(0).setEmail("maintainers@bridge.invalid");
        pom.getScm().setUrl("https://bridge.invalid/a");
        pom.getScm().setConnection("scm:git:https://bridge.invalid/bridge.git");
        assertThat(CentralRules.ofPublisher(pom)).hasSize(4).allMatch(wrong -> wrong.contains("publisher.*"));
        assertThat(CentralRules.ofPom(pom)).isEmpty();
    }

    @Test
    void besideAJarStandSourcesAndJavadoc() {
        assertThat(CentralRules.ofJar("jar", Set.of("javadoc"))).containsExactly("no jar with the classifier sources");
        assertThat(CentralRules.ofJar("jar", Set.of("javadoc", "sources", "tests")))
                .isEmpty();
        assertThat(CentralRules.ofJar("pom", Set.of())).isEmpty();
    }
}
