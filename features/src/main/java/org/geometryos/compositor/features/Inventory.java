package org.geometryos.compositor.features;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.util.BomUtils;
import org.cyclonedx.util.LicenseResolver;

/** What of others is in the distribution, to read and as a bill of materials. */
final class Inventory {
    static final Version FORMAT = Version.VERSION_15;

    private final String product;
    private final String version;
    private final List<Component> components;

    Inventory(String product, String version, List<Component> components) {
        this.product = product;
        this.version = version;
        this.components = components.stream()
                .sorted(Comparator.comparing(Component::purl))
                .distinct()
                .toList();
    }

    /** A table, in Markdown. */
    String page() {
        return "# Third-party software\n\n" + product + " " + version + " contains this software of others.\n"
                + "A jar names what it contains itself in its `META-INF`.\n\n"
                + "| name | version | licence | package |\n| --- | --- | --- | --- |\n"
                + components.stream()
                        .map(each -> "| " + each.name() + " | " + each.version() + " | "
                                + String.join("; ", each.licences()) + " | `" + each.purl() + "` |\n")
                        .collect(Collectors.joining());
    }

    /** CycloneDX, JSON. */
    String bom() throws IOException {
        Bom bom = new Bom();
        Metadata metadata = new Metadata();
        // no time: the same build gives the same file
        metadata.setTimestamp(null);
        metadata.setComponent(component(product, version));
        bom.setMetadata(metadata);
        for (Component each : components) {
            bom.addComponent(component(each));
        }
        try {
            return BomGeneratorFactory.createJson(FORMAT, bom).toJsonString() + "\n";
        } catch (GeneratorException e) {
            throw new IOException(e);
        }
    }

    private static org.cyclonedx.model.Component component(Component part) throws IOException {
        org.cyclonedx.model.Component component = component(part.name(), part.version());
        component.setGroup(part.group().isEmpty() ? null : part.group());
        component.setPurl(part.purl());
        component.setBomRef(part.purl());
        component.setType(org.cyclonedx.model.Component.Type.LIBRARY);
        component.setLicenses(licences(part.licences()));
        if (part.file().isPresent()) {
            component.setHashes(BomUtils.calculateHashes(part.file().get().toFile(), FORMAT).stream()
                    .filter(hash -> hash.getAlgorithm().equals(Hash.Algorithm.SHA_256.getSpec()))
                    .toList());
        }
        return component;
    }

    private static org.cyclonedx.model.Component component(String name, String version) {
        org.cyclonedx.model.Component component = new org.cyclonedx.model.Component();
        component.setType(org.cyclonedx.model.Component.Type.APPLICATION);
        component.setName(name);
        component.setVersion(version);
        return component;
    }

    /** By their SPDX ids where they have one, else by name. */
    private static LicenseChoice licences(List<String> names) {
        LicenseChoice all = new LicenseChoice();
        for (String name : names) {
            LicenseChoice resolved = LicenseResolver.resolve(name, false);
            if (resolved != null && resolved.getLicenses() != null) {
                resolved.getLicenses().forEach(all::addLicense);
            } else {
                License named = new License();
                named.setName(name);
                all.addLicense(named);
            }
        }
        return all;
    }
}
