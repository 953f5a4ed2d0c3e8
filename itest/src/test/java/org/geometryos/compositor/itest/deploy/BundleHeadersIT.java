package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.junit.jupiter.api.Test;

/** What each of our bundles says of itself to whoever has it in another container. */
class BundleHeadersIT {
    private static final int AT_LEAST = 20;
    private static final Map<String, String> HEADERS = new TreeMap<>(Map.of(
            "Bundle-Name", ".+",
            "Bundle-Description", ".+",
            "Bundle-Vendor", "Geometry OS",
            "Bundle-License", "\"?Apache-2\\.0\"?;link=\"https://www\\.apache\\.org/licenses/LICENSE-2\\.0\\.txt\".*",
            "Bundle-DocURL", "https://.+",
            "Bundle-SCM", ".*\\burl=\"https://.*\\bconnection=\"scm:git:https://.*",
            "Bundle-Developers", "maintainers;.*\\bemail=.+"));

    @Test
    void everyBundleSaysWhoMadeItWhereItComesFromAndUnderWhichLicence() throws IOException {
        List<String> wrong = new ArrayList<>();
        int bundles = 0;
        try (Stream<Path> jars = Files.list(DistributionProcess.distribution().resolve("bundle"))) {
            for (Path jar : jars.filter(each -> each.getFileName().toString().startsWith("org.geometryos.compositor."))
                    .toList()) {
                bundles++;
                Attributes said = headers(jar);
                HEADERS.forEach((name, rule) -> {
                    String value = said.getValue(name);
                    if (value == null || !value.matches(rule)) {
                        wrong.add(jar.getFileName() + ": " + name + ": " + value);
                    }
                });
            }
        }
        assertTrue(bundles >= AT_LEAST, bundles + " bundles");
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    private static Attributes headers(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }
}
