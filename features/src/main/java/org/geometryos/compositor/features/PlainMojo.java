package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Writes a folder in which a framework without anything else, Apache Felix or Equinox, can be started. */
@Mojo(name = "plain", defaultPhase = LifecyclePhase.PACKAGE)
public final class PlainMojo extends DistributionMojo {

    /**
     * All up to the HTTP service, which the framework starts in this order, with what answers for the rest: FileInstall
     * has no order, and the HTTP service would answer 404 until ours are there.
     */
    private static final int LAST_OF_BASE = 6;

    /** The recordings of the demo. */
    @Parameter(defaultValue = "${project.build.directory}/recordings")
    private File recordings;

    /** Ids of bundles that no feature has, and that bring the others. */
    @Parameter(required = true)
    private List<String> installers;

    /** Ids of the libraries that log; the first is the interface. */
    @Parameter(required = true)
    private List<String> logging;

    @Parameter(defaultValue = "${project.build.directory}/plain")
    private File plain;

    @Inject
    public PlainMojo(RepositorySystem repository) {
        super(repository);
    }

    @Override
    void execute(List<FeatureFile> all) throws IOException, MojoExecutionException {
        // other hosts have consoles of their own
        List<FeatureFile> read =
                all.stream().filter(feature -> !feature.optional()).toList();
        Path folder = plain.toPath();
        Tree base = new Tree(folder.resolve(PlainHost.BASE));
        Tree bundles = new Tree(folder.resolve(PlainHost.BUNDLES));
        Tree configurations = new Tree(folder.resolve(PlainHost.CONFIGURATIONS));
        Map<Integer, List<String>> inOrder = new TreeMap<>();
        Map<String, String> launching = new TreeMap<>();
        for (FeatureFile feature : read) {
            launching.putAll(feature.launchingProperties());
            for (FeatureFile.Entry entry : feature.entries()) {
                boolean first = entry.startOrder() <= LAST_OF_BASE;
                (first ? base : bundles)
                        .copy(resolve(feature.name(), entry.id()), entry.id().fileName());
                if (first) {
                    inOrder.computeIfAbsent(entry.startOrder(), order -> new ArrayList<>())
                            .add(entry.id().fileName());
                }
            }
            for (Map.Entry<String, Map<String, String>> each :
                    feature.configurations().entrySet()) {
                // FileInstall takes "-" for what separates factory and name
                configurations.write(each.getKey().replace('~', '-') + ".cfg", lines(each.getValue()));
            }
        }
        List<String> started = new ArrayList<>();
        inOrder.values().forEach(started::addAll);
        started.addAll(copy(base, installers));
        base.deleteOthers(".jar");
        bundles.deleteOthers(".jar");

        Path libraries = folder.resolve(PlainHost.LIBRARIES);
        Tree library = new Tree(libraries);
        String api = copy(library, logging).get(0);
        library.deleteOthers(".jar");
        new Tree(folder.resolve(PlainHost.RECORDINGS)).copyAll(recordings.toPath(), ".jsonl");

        PlainHost host = new PlainHost(started, exports(libraries.resolve(api)), launching);
        Tree root = new Tree(folder);
        root.write("felix.properties", host.felix());
        root.write("config.ini", host.equinox());
    }

    /** @return their file names */
    private List<String> copy(Tree to, List<String> ids) throws IOException, MojoExecutionException {
        List<String> names = new ArrayList<>();
        for (String each : ids) {
            BundleId id = BundleId.parse(each);
            to.copy(resolve("plain", id), id.fileName());
            names.add(id.fileName());
        }
        return names;
    }

    private static String exports(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Export-Package");
        }
    }

    /** The texts convert to the type of the configuration's attribute. */
    private static String lines(Map<String, String> configuration) {
        return configuration.entrySet().stream()
                .map(pair -> pair.getKey().replaceFirst(":.*", "") + " = " + pair.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
