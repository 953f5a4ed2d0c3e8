package org.geometryos.compositor.features;

import aQute.bnd.osgi.repository.XMLResourceGenerator;
import aQute.bnd.osgi.resource.ResourceBuilder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.eclipse.aether.RepositorySystem;
import org.osgi.resource.Resource;

/**
 * Writes what a resolver has to know of all bundles: an index of an OSGi repository (OSGi Repository Service). One
 * points at the files of this build. The other is published beside this module and points from there to the places that
 * the bundles have in the same Maven repository.
 */
@Mojo(name = "index", defaultPhase = LifecyclePhase.PACKAGE)
public final class IndexMojo extends DistributionMojo {

    private static final String NAME = "compositor";

    /** Ids of bundles that no feature has, and that a resolver is to find, too. */
    @Parameter
    private List<String> more = List.of();

    /** The index of this build. */
    @Parameter(defaultValue = "${project.build.directory}/index.xml")
    private File index;

    /** The index that is published. */
    @Parameter(defaultValue = "${project.build.directory}/index-published.xml")
    private File published;

    private final MavenProjectHelper helper;

    @Inject
    public IndexMojo(RepositorySystem repository, MavenProjectHelper helper) {
        super(repository);
        this.helper = helper;
    }

    @Override
    void execute(List<FeatureFile> all) throws IOException, MojoExecutionException {
        // other hosts have consoles of their own
        List<FeatureFile> read =
                all.stream().filter(feature -> !feature.optional()).toList();
        Map<BundleId, Path> bundles = new LinkedHashMap<>();
        for (FeatureFile file : read) {
            for (BundleId id : file.bundles()) {
                bundles.put(id, resolve(file, id));
            }
        }
        for (String each : more) {
            BundleId id = BundleId.parse(each);
            bundles.put(id, resolve("the index", id));
        }
        write(index.toPath(), bundles, (id, file) -> file.toUri());
        BundleId here =
                new BundleId(project.getGroupId(), project.getArtifactId(), "xml", "index", project.getVersion());
        String root = here.path().replaceFirst("[^/]*$", "").replaceAll("[^/]+/", "../");
        write(published.toPath(), bundles, (id, file) -> URI.create(root + id.path()));
        helper.attachArtifact(project, here.type(), here.classifier(), published);
    }

    private static void write(Path to, Map<BundleId, Path> bundles, BiFunction<BundleId, Path, URI> place)
            throws IOException, MojoExecutionException {
        List<Resource> resources = new ArrayList<>();
        for (Map.Entry<BundleId, Path> each : bundles.entrySet()) {
            ResourceBuilder builder = new ResourceBuilder();
            try {
                builder.addFile(each.getValue().toFile(), place.apply(each.getKey(), each.getValue()));
            } catch (Exception e) {
                throw new MojoExecutionException(each.getValue() + " cannot be indexed: " + e, e);
            }
            resources.add(builder.build());
        }
        Path temporary = to.resolveSibling("." + to.getFileName() + ".tmp");
        new XMLResourceGenerator()
                .name(NAME)
                .increment(0)
                .indent(2)
                .resources(resources)
                .save(temporary.toFile());
        Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
