package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.inject.Inject;

import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Assembles the distribution from the feature files: {@code features/} with versions filled in, {@code bundle/} with the
 * bundles they name, {@code lib/} with this module's own jar and its run-time dependencies, and the files that are in the
 * distribution as they are. Bundles of this reactor come from this reactor, which is why the module that assembles stands
 * behind them in the list of modules.
 */
@Mojo(name = "assemble", defaultPhase = LifecyclePhase.PACKAGE, requiresDependencyResolution = ResolutionScope.RUNTIME)
public final class AssembleMojo extends AbstractMojo {

    @Parameter(defaultValue = "${project}", readonly = true)
    private MavenProject project;

    @Parameter(defaultValue = "${session}", readonly = true)
    private MavenSession session;

    /** The folder with the feature files. */
    @Parameter(required = true)
    private File features;

    /** The files that are in the distribution as they are. */
    @Parameter(defaultValue = "${project.basedir}/src/main/dist")
    private File files;

    /** The recordings that come with the distribution. */
    @Parameter(defaultValue = "${project.build.directory}/recordings")
    private File recordings;

    /** The distribution. */
    @Parameter(defaultValue = "${project.build.directory}/compositor")
    private File output;

    /** Its modification time says when the build began whose outcome the distribution is. */
    @Parameter(defaultValue = "${project.build.directory}/assembled")
    private File stamp;

    private final RepositorySystem repository;

    @Inject
    public AssembleMojo(RepositorySystem repository) {
        this.repository = repository;
    }

    @Override
    public void execute() throws MojoExecutionException {
        try {
            Files.deleteIfExists(stamp.toPath());
            assemble(output.toPath(), readFeatures());
            Files.writeString(stamp.toPath(), project.getVersion() + "\n");
            Files.setLastModifiedTime(stamp.toPath(), FileTime.from(session.getStartTime().toInstant()));
        } catch (IOException e) {
            throw new MojoExecutionException("cannot write the distribution: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
    }

    private List<FeatureFile> readFeatures() throws IOException {
        Map<String, String> properties = new HashMap<>();
        project.getProperties().forEach((key, value) -> properties.put(key.toString(), value.toString()));
        properties.put("project.version", project.getVersion());
        List<FeatureFile> read = new ArrayList<>();
        try (Stream<Path> list = Files.list(features.toPath())) {
            for (Path file : list.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
                read.add(FeatureFile.read(file, properties::get));
            }
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("no feature in " + features);
        }
        return read;
    }

    private void assemble(Path distribution, List<FeatureFile> read) throws IOException, MojoExecutionException {
        Tree bundle = new Tree(distribution.resolve("bundle"));
        Tree feature = new Tree(distribution.resolve("features"));
        for (FeatureFile file : read) {
            for (BundleId id : file.bundles()) {
                bundle.copy(resolve(file, id), id.fileName());
            }
            feature.write(file.name(), file.text());
        }
        bundle.deleteOthers(".jar");
        feature.deleteOthers(".json");

        Tree lib = new Tree(distribution.resolve("lib"));
        lib.copy(project.getArtifact().getFile().toPath(), project.getArtifactId() + ".jar");
        for (Artifact library : project.getArtifacts()) {
            lib.copy(library.getFile().toPath(), library.getArtifactId() + ".jar");
        }
        lib.deleteOthers(".jar");

        Tree recording = new Tree(distribution.resolve("recordings"));
        recording.copyAll(recordings.toPath(), ".jsonl");
        recording.deleteOthers(".jsonl");
        new Tree(distribution).copyAll(files.toPath(), "");
        Files.createDirectories(distribution.resolve("conf"));
        Files.createDirectories(distribution.resolve("deploy"));
    }

    private Path resolve(FeatureFile feature, BundleId id) throws MojoExecutionException {
        DefaultArtifact artifact = new DefaultArtifact(id.group(), id.artifact(), id.classifier(), id.type(), id.version());
        try {
            Path file = repository.resolveArtifact(session.getRepositorySession(),
                    new ArtifactRequest(artifact, project.getRemoteProjectRepositories(), null))
                    .getArtifact().getFile().toPath();
            if (Files.isDirectory(file)) {
                throw new MojoExecutionException(feature.name() + ": " + artifact + " is not packaged in this build");
            }
            return file;
        } catch (ArtifactResolutionException e) {
            throw new MojoExecutionException(feature.name() + ": " + e.getMessage(), e);
        }
    }
}
