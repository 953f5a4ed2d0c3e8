package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.eclipse.aether.RepositorySystem;

/**
 * Writes what Apache Karaf installs the bridge from: a KAR, which holds all it needs, and {@code features.xml}, which
 * names the files of this build where they are. Attaches to the module what {@code mvn:} addresses lead to: the KAR, a
 * {@code features.xml} with such addresses, and the recordings that it names.
 */
@Mojo(name = "karaf", defaultPhase = LifecyclePhase.PACKAGE)
public final class KarafMojo extends DistributionMojo {

    private static final String REPOSITORY = "repository/";
    private static final String FEATURES = "features";
    /** The same build gives the same file. */
    private static final long TIME = 315_532_800_000L + 31L * 86_400_000L;

    /** The recordings of the demo. */
    @Parameter(defaultValue = "${project.build.directory}/recordings")
    private File recordings;

    /** Artifacts that Karaf is made of. */
    @Parameter(required = true)
    private List<String> provided;

    @Parameter(defaultValue = "${project.build.directory}/compositor-${project.version}.kar")
    private File kar;

    @Parameter(defaultValue = "${project.build.directory}/karaf/features.xml")
    private File xml;

    @Parameter(defaultValue = "${project.build.directory}/karaf/published/features.xml")
    private File published;

    private final MavenProjectHelper attaching;

    @Inject
    public KarafMojo(RepositorySystem repository, MavenProjectHelper attaching) {
        super(repository);
        this.attaching = attaching;
    }

    @Override
    void execute(List<FeatureFile> all) throws IOException, MojoExecutionException {
        // other hosts have consoles of their own
        List<FeatureFile> read =
                all.stream().filter(feature -> !feature.optional()).toList();
        Map<String, Path> recorded = recordings();
        Map<String, String> inPlace = new TreeMap<>();
        Map<String, String> byName = new TreeMap<>();
        Map<String, Path> content = new TreeMap<>();
        recorded.forEach((name, file) -> {
            BundleId id = id("jsonl", name.replace(".jsonl", ""));
            inPlace.put(name, file.toUri().toString());
            byName.put(name, mvn(id));
            content.put(REPOSITORY + id.path(), file);
        });
        KarafFeatures named = features(KarafMojo::mvn, byName);
        Map<BundleId, Path> files = new LinkedHashMap<>();
        for (FeatureFile feature : read) {
            for (BundleId id : feature.bundles()) {
                if (named.wants(id)) {
                    files.put(id, resolve(feature, id));
                }
            }
        }
        files.forEach((id, file) -> content.put(REPOSITORY + id.path(), file));
        new Tree(xml.toPath().getParent())
                .write(
                        xml.getName(),
                        features(
                                        id -> output.toPath()
                                                .resolve("bundle")
                                                .resolve(id.fileName())
                                                .toUri()
                                                .toString(),
                                        inPlace)
                                .xml(read));
        String addresses = named.xml(read);
        archive(addresses, content);
        new Tree(published.toPath().getParent()).write(published.getName(), addresses);
        attaching.attachArtifact(project, "kar", kar);
        attaching.attachArtifact(project, "xml", FEATURES, published);
        recorded.forEach(
                (name, file) -> attaching.attachArtifact(project, "jsonl", name.replace(".jsonl", ""), file.toFile()));
    }

    private KarafFeatures features(Function<BundleId, String> location, Map<String, String> recorded) {
        return new KarafFeatures(project.getGroupId(), project.getVersion(), provided, location, recorded);
    }

    private BundleId id(String type, String classifier) {
        return new BundleId(project.getGroupId(), project.getArtifactId(), type, classifier, project.getVersion());
    }

    private Map<String, Path> recordings() throws IOException {
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(recordings.toPath())) {
            files.filter(file -> file.toString().endsWith(".jsonl"))
                    .forEach(file -> found.put(file.getFileName().toString(), file));
        }
        return found;
    }

    private static String mvn(BundleId id) {
        String type = id.classifier().isEmpty() && id.type().equals("jar") ? "" : "/" + id.type();
        String classifier = id.classifier().isEmpty() ? "" : "/" + id.classifier();
        return "mvn:" + id.group() + "/" + id.artifact() + "/" + id.version() + type + classifier;
    }

    private void archive(String features, Map<String, Path> content) throws IOException {
        Path temporary = kar.toPath().resolveSibling("." + kar.getName() + ".tmp");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (OutputStream file = Files.newOutputStream(temporary);
                JarOutputStream out = new JarOutputStream(file)) {
            entry(out, "META-INF/MANIFEST.MF");
            manifest.write(out);
            entry(out, REPOSITORY + id("xml", FEATURES).path());
            out.write(features.getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, Path> each : content.entrySet()) {
                entry(out, each.getKey());
                Files.copy(each.getValue(), out);
            }
        }
        Files.move(temporary, kar.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void entry(JarOutputStream out, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(TIME);
        out.putNextEntry(entry);
    }
}
