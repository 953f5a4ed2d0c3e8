package org.geometryos.compositor.console;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Reads the arguments of commands that take bundles, such as {@code stop} and {@code uninstall}: an ID, or a symbolic
 * name or location that one bundle alone has. Gogo's own shell brings that elsewhere, and a host of ours has none.
 */
final class BundleArguments implements Converter {
    private final BundleContext system;

    /** @param system that of the framework, as a bundle's own one sees what hooks leave of them */
    BundleArguments(BundleContext system) {
        this.system = system;
    }

    /** @return null for what is not its business or names no bundle, as Gogo wants */
    @Override
    public Object convert(Class<?> desired, Object in) {
        return desired == Bundle.class && in instanceof CharSequence
                ? find(in.toString()).orElse(null)
                : null;
    }

    private Optional<Bundle> find(String text) {
        try {
            return Optional.ofNullable(system.getBundle(Long.parseLong(text)));
        } catch (NumberFormatException e) {
            List<Bundle> named = Arrays.stream(system.getBundles())
                    .filter(each -> text.equals(each.getSymbolicName()) || text.equals(each.getLocation()))
                    .toList();
            return named.size() == 1 ? Optional.of(named.get(0)) : Optional.empty();
        }
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        return null;
    }
}
