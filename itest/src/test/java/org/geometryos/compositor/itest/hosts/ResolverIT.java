package org.geometryos.compositor.itest.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.osgi.BundleId;
import biz.aQute.resolve.Bndrun;
import biz.aQute.resolve.RunResolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.junit.jupiter.api.Test;

/** The index of the build is all that the bnd resolver needs, and the bundles say what they need. */
class ResolverIT {
    private static final String PREFIX = "org.geometryos.compositor.";
    /** For resolvers alone. */
    private static final String BRIDGE = PREFIX + "bridge";
    /** It brings the bundles to a framework that is alone. */
    private static final String INSTALLER = "org.apache.felix.fileinstall";
    /** It wants a console, too, which the distribution leaves out: who wants the commands brings both. */
    private static final String GOGO = "org.apache.felix.gogo.runtime";

    @Test
    void oneRequirementGetsWhatTheDistributionRuns() throws Exception {
        Set<String> resolved = resolve("bridge", BRIDGE);
        assertTrue(resolved.remove(BRIDGE), resolved::toString);
        Set<String> missing = new TreeSet<>(distribution());
        missing.removeAll(resolved);
        assertTrue(missing.remove(GOGO), "it is no exception any more");
        Set<String> more = new TreeSet<>(resolved);
        more.removeAll(distribution());
        assertEquals(Set.of(), missing, "what the distribution runs and the resolver does not find necessary");
        assertEquals(Set.of(), more, "what the resolver finds necessary and the distribution does not run");
    }

    @Test
    void theEndpointGetsAllThatAnUpdateGoesThrough() throws Exception {
        Set<String> resolved = resolve("endpoint", PREFIX + "endpoint");
        for (String part :
                List.of("api", "transport.api", "protocol", "journal", "camera", "connections", "transport")) {
            assertTrue(resolved.contains(PREFIX + part), () -> part + " is not in " + resolved);
        }
    }

    private static Set<String> resolve(String name, String root) throws Exception {
        Path folder = Folders.fresh("resolve-" + name);
        Path index = DistributionProcess.distribution().resolveSibling("index.xml");
        Path run = Files.write(
                folder.resolve("run.bndrun"),
                List.of(
                        "-standalone: " + index.toUri(),
                        "-runfw: org.apache.felix.framework",
                        "-runee: JavaSE-17",
                        // of SLF4J: the distribution has it on the class path, and other hosts bring their own
                        "-resolve.effective: resolve, active",
                        "-runsystempackages: org.slf4j;version=1.7.36, org.slf4j;version=2.0.0, org.slf4j.event;version=2.0.0, "
                                + "org.slf4j.helpers;version=2.0.0, org.slf4j.spi;version=2.0.0",
                        "-runrequires: bnd.identity;id=" + root));
        try (Bndrun bndrun = Bndrun.createBndrun(null, run.toFile())) {
            RunResolution resolution = bndrun.resolve();
            assertTrue(resolution.isOK(), () -> resolution.report(false));
            return resolution.getResolvedRunBundles().stream()
                    .map(BundleId::getBsn)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Without what is run with an option alone, as a framework alone has it. */
    private static Set<String> distribution() throws IOException {
        Set<String> names = new TreeSet<>();
        Path plain = DistributionProcess.distribution().resolveSibling("plain");
        for (String folder : List.of("base", "bundle")) {
            try (Stream<Path> jars = Files.list(plain.resolve(folder))) {
                for (Path jar : jars.toList()) {
                    try (JarFile file = new JarFile(jar.toFile())) {
                        names.add(file.getManifest()
                                .getMainAttributes()
                                .getValue("Bundle-SymbolicName")
                                .replaceFirst(";.*", ""));
                    }
                }
            }
        }
        assertTrue(names.remove(INSTALLER), names::toString);
        return names;
    }
}
