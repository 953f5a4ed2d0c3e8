package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** A build step that knows what the distribution consists of. */
abstract class DistributionMojo extends AbstractMojo {

    @Parameter(defaultValue = "${project}", readonly = true)
    MavenProject project;

    @Parameter(defaultValue = "${session}", readonly = true)
    MavenSession session;

    /** The folder with the feature files. */
    @Parameter(required = true)
    private File features;

    /** The distribution. */
    @Parameter(defaultValue = "${project.build.directory}/compositor")
    File output;

    private final RepositorySystem repository;

    DistributionMojo(RepositorySystem repository) {
        this.repository = repository;
    }

    @Override
    public final void execute() throws MojoExecutionException {
        try {
            execute(readFeatures());
        } catch (IOException e) {
            throw new MojoExecutionException("cannot write the distribution: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
    }

    abstract void execute(List<FeatureFile> read) throws IOException, MojoExecutionException;

    private List<FeatureFile> readFeatures() throws IOException {
        Map<String, String> properties = new HashMap<>();
        project.getProperties().forEach((key, value) -> properties.put(key.toString(), value.toString()));
        properties.put("project.version", project.getVersion());
        List<FeatureFile> read = new ArrayList<>();
        try (Stream<Path> list = Files.list(features.toPath())) {
            for (Path file : list.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                read.add(FeatureFile.read(file, properties::get));
            }
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("no feature in " + features);
        }
        return read;
    }

    final Path resolve(FeatureFile feature, BundleId id) throws MojoExecutionException {
        return resolve(feature.name(), id);
    }

    /** @param wanting who wants it, for messages */
    final Path resolve(String wanting, BundleId id) throws MojoExecutionException {
        DefaultArtifact artifact =
                new DefaultArtifact(id.group(), id.artifact(), id.classifier(), id.type(), id.version());
        try {
            Path file = repository
                    .resolveArtifact(
                            session.getRepositorySession(),
                            new ArtifactRequest(artifact, project.getRemoteProjectRepositories(), null))
                    .getArtifact()
                    .getFile()
                    .toPath();
            if (Files.isDirectory(file)) {
                throw new MojoExecutionException(wanting + ": " + artifact + " is not packaged in this build");
            }
            return file;
        } catch (ArtifactResolutionException e) {
            throw new MojoExecutionException(wanting + ": " + e.getMessage(), e);
        }
    }
}
