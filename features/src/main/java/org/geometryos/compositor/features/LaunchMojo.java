package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Writes what launchers of features start, and a repository with all that it names. */
@Mojo(name = "launch", defaultPhase = LifecyclePhase.PACKAGE)
public final class LaunchMojo extends DistributionMojo {

    /** Id of the framework. */
    @Parameter(required = true)
    private String framework;

    /** Ids of the bundles that log. */
    @Parameter(required = true)
    private List<String> logging;

    @Parameter(defaultValue = "${project.build.directory}/launch")
    private File launch;

    @Inject
    public LaunchMojo(RepositorySystem repository) {
        super(repository);
    }

    @Override
    void execute(List<FeatureFile> all) throws IOException, MojoExecutionException {
        // other hosts have consoles of their own
        List<FeatureFile> read =
                all.stream().filter(feature -> !feature.optional()).toList();
        LaunchFeature feature = new LaunchFeature(
                new BundleId(project.getGroupId(), project.getArtifactId(), "json", "all", project.getVersion()),
                BundleId.parse(framework),
                logging.stream().map(BundleId::parse).toList(),
                read);
        Path folder = launch.toPath();
        Tree root = new Tree(folder);
        root.write("osgi-feature.json", feature.osgi());
        root.write("sling-feature.json", feature.sling());
        Tree repository = new Tree(folder.resolve("repository"));
        for (BundleId id : feature.artifacts()) {
            repository.copy(resolve("launch", id), id.path());
        }
    }
}
