package org.geometryos.compositor.features;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a framework without anything else is started with the bridge. It starts a few bundles itself; FileInstall, which
 * is one of them, brings the others and the configurations out of folders that it watches. Libraries on the class path
 * log, so that logging is there before the first bundle is. All paths are relative to the folder in which the framework
 * is started.
 *
 * @param base files of the bundles that the framework starts itself
 * @param packages what the libraries export, as in {@code Export-Package}
 * @param launching what the features want the framework to be told
 */
record PlainHost(List<String> base, String packages, Map<String, String> launching) {
    static final String BASE = "base";
    static final String LIBRARIES = "lib";
    static final String BUNDLES = "bundle";
    static final String CONFIGURATIONS = "conf";
    static final String RECORDINGS = "recordings";
    private static final int BASE_LEVEL = 1;
    private static final String FINAL_LEVEL = "100";

    /** For the main class of Apache Felix. */
    String felix() {
        Map<String, String> properties = properties();
        properties.put("felix.cache.rootdir", ".");
        properties.put("org.osgi.framework.storage", "cache");
        properties.put("felix.log.level", "1");
        properties.put(
                "felix.auto.start." + BASE_LEVEL,
                base.stream().map(name -> "file:" + BASE + "/" + name).collect(Collectors.joining(" ")));
        return text(properties);
    }

    /** For Equinox, whose configuration area the folder is. */
    String equinox() {
        Map<String, String> properties = properties();
        properties.put("osgi.startLevel", FINAL_LEVEL);
        properties.put("eclipse.ignoreApp", "true");
        properties.put("osgi.noShutdown", "true");
        properties.put("osgi.syspath", ".");
        properties.put("osgi.logfile", "equinox.log");
        properties.put(
                "osgi.bundles",
                base.stream()
                        .map(name -> "file:" + BASE + "/" + name + "@" + BASE_LEVEL + ":start")
                        .collect(Collectors.joining(",")));
        return text(properties);
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>(launching);
        properties.put("org.osgi.framework.startlevel.beginning", FINAL_LEVEL);
        properties.put("org.osgi.framework.system.packages.extra", packages);
        properties.put("felix.fileinstall.dir", BUNDLES + "," + CONFIGURATIONS);
        properties.put("felix.fileinstall.tmpdir", "tmp");
        properties.put("felix.fileinstall.poll", "1000");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.cm.dir", "config");
        properties.put("compositor.data", "data");
        properties.put("compositor." + RECORDINGS, RECORDINGS);
        return properties;
    }

    private static String text(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
