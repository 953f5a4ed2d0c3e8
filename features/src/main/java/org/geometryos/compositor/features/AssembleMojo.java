package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.eclipse.aether.RepositorySystem;

/**
 * Assembles the distribution from the feature files: {@code features/} with versions filled in, {@code bundle/} with
 * the bundles they name, {@code lib/} with this module's own jar and its run-time dependencies, and the files that are
 * in the distribution as they are. Bundles of this reactor come from this reactor, which is why the module that
 * assembles stands behind them in the list of modules.
 */
@Mojo(name = "assemble", defaultPhase = LifecyclePhase.PACKAGE, requiresDependencyResolution = ResolutionScope.RUNTIME)
public final class AssembleMojo extends DistributionMojo {

    /** The files that are in the distribution as they are. */
    @Parameter(defaultValue = "${project.basedir}/src/main/dist")
    private File files;

    /** The recordings that come with the distribution. */
    @Parameter(defaultValue = "${project.build.directory}/recordings")
    private File recordings;

    /** Its modification time says when the build began whose outcome the distribution is. */
    @Parameter(defaultValue = "${project.build.directory}/assembled")
    private File stamp;

    @Inject
    public AssembleMojo(RepositorySystem repository) {
        super(repository);
    }

    @Override
    void execute(List<FeatureFile> read) throws IOException, MojoExecutionException {
        Files.deleteIfExists(stamp.toPath());
        assemble(output.toPath(), read);
        Files.writeString(stamp.toPath(), project.getVersion() + "\n");
        Files.setLastModifiedTime(
                stamp.toPath(), FileTime.from(session.getStartTime().toInstant()));
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
}
