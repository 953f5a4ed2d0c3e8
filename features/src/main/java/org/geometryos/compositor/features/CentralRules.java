package org.geometryos.compositor.features;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.maven.model.Developer;
import org.apache.maven.model.License;
import org.apache.maven.model.Model;
import org.apache.maven.model.Scm;

/** What Maven Central demands of what is published there: of each POM, and of what stands beside each jar. */
final class CentralRules {

    /** What a name ends with that leads nowhere (RFC 2606): nobody has said who publishes. */
    private static final String NOWHERE = ".invalid";

    private static final Set<String> BESIDE_A_JAR = Set.of("sources", "javadoc");

    private CentralRules() {}

    /** @return what a POM lacks, with all that it inherits */
    static List<String> ofPom(Model pom) {
        List<String> wrong = new ArrayList<>();
        need(wrong, "name", pom.getName());
        need(wrong, "description", pom.getDescription());
        need(wrong, "url", pom.getUrl());
        if (pom.getLicenses().isEmpty()) {
            wrong.add("no licence");
        }
        for (License licence : pom.getLicenses()) {
            need(wrong, "licence: name", licence.getName());
            need(wrong, "licence: url", licence.getUrl());
        }
        if (pom.getDevelopers().isEmpty()) {
            wrong.add("no developer");
        }
        for (Developer developer : pom.getDevelopers()) {
            need(wrong, "developer: name", developer.getName());
            need(wrong, "developer: email", developer.getEmail());
        }
        Scm scm = pom.getScm() == null ? new Scm() : pom.getScm();
        need(wrong, "scm: url", scm.getUrl());
        need(wrong, "scm: connection", scm.getConnection());
        if (pom.getVersion().endsWith("-SNAPSHOT")) {
            return wrong;
        }
        if (!pom.getDependencies().stream()
                .allMatch(dependency -> dependency.getVersion() != null
                        && !dependency.getVersion().endsWith("-SNAPSHOT"))) {
            wrong.add("a release needs a snapshot");
        }
        return wrong;
    }

    /** @return what says of the publisher that nobody has said it */
    static List<String> ofPublisher(Model pom) {
        List<String> wrong = new ArrayList<>();
        known(wrong, "url", pom.getUrl());
        pom.getDevelopers().forEach(developer -> known(wrong, "developer: email", developer.getEmail()));
        if (pom.getScm() != null) {
            known(wrong, "scm: url", pom.getScm().getUrl());
            known(wrong, "scm: connection", pom.getScm().getConnection());
        }
        return wrong;
    }

    /** @return what is to stand beside a jar and does not */
    static List<String> missing(List<String> beside, Set<String> attached) {
        return beside.stream()
                .filter(each -> !attached.contains(each))
                .map(each -> "no " + each)
                .toList();
    }

    /**
     * @param packaging of the POM
     * @param classifiers of what is published with it
     * @return what is missing
     */
    static List<String> ofJar(String packaging, Set<String> classifiers) {
        if (packaging.equals("pom")) {
            return List.of();
        }
        return BESIDE_A_JAR.stream()
                .filter(each -> !classifiers.contains(each))
                .sorted()
                .map(each -> "no jar with the classifier " + each)
                .toList();
    }

    private static void need(List<String> wrong, String what, String value) {
        if (value == null || value.isBlank() || value.contains("${")) {
            wrong.add("no " + what);
        }
    }

    private static void known(List<String> wrong, String what, String value) {
        if (value != null && value.matches("(?s).*" + NOWHERE.replace(".", "\\.") + "(?![A-Za-z0-9-]).*")) {
            wrong.add(what + " is still \"" + value + "\": set the properties publisher.* of pom.xml");
        }
    }
}
