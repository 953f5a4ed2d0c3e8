package org.geometryos.compositor.features;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** Fails if Maven Central would refuse what this module publishes; a module that publishes nothing is left alone. */
@Mojo(name = "publishable", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class PublishableMojo extends AbstractMojo {

    @Parameter(defaultValue = "${project}", readonly = true)
    private MavenProject project;

    @Parameter(property = "maven.deploy.skip", defaultValue = "false")
    private boolean unpublished;

    /** Whether it is published now: then the POM has to say by whom. */
    @Parameter(property = "publisher.known", defaultValue = "false")
    private boolean publishing;

    /**
     * What stands beside the jar that others name by a {@code mvn:} address: {@code TYPE} or {@code TYPE:CLASSIFIER}.
     */
    @Parameter
    private List<String> beside = List.of();

    @Override
    public void execute() throws MojoFailureException {
        if (unpublished) {
            return;
        }
        Set<String> classifiers = project.getAttachedArtifacts().stream()
                .filter(artifact -> written(artifact.getFile()))
                .filter(Artifact::hasClassifier)
                .map(Artifact::getClassifier)
                .collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>(CentralRules.ofPom(project.getModel()));
        wrong.addAll(CentralRules.ofJar(project.getPackaging(), classifiers));
        Set<String> attached = project.getAttachedArtifacts().stream()
                .filter(artifact -> written(artifact.getFile()))
                .map(artifact -> artifact.getType() + (artifact.hasClassifier() ? ":" + artifact.getClassifier() : ""))
                .collect(Collectors.toSet());
        wrong.addAll(CentralRules.missing(beside, attached));
        if (publishing) {
            wrong.addAll(CentralRules.ofPublisher(project.getModel()));
        }
        if (!wrong.isEmpty()) {
            throw new MojoFailureException(
                    project.getArtifactId() + " cannot be published: " + String.join("; ", wrong));
        }
    }

    private static boolean written(File file) {
        return file != null && file.isFile() && file.length() > 0;
    }
}
