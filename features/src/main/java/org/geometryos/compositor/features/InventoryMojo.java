package org.geometryos.compositor.features;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.model.License;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.DefaultProjectBuildingRequest;
import org.apache.maven.project.ProjectBuilder;
import org.apache.maven.project.ProjectBuildingException;
import org.apache.maven.project.ProjectBuildingRequest;
import org.eclipse.aether.RepositorySystem;

/**
 * Writes what of others is in the distribution, with its licences: {@code THIRD-PARTY.md} and {@code sbom.json}
 * (CycloneDX). Something without a licence fails the build.
 */
@Mojo(name = "inventory", defaultPhase = LifecyclePhase.PACKAGE, requiresDependencyResolution = ResolutionScope.RUNTIME)
public final class InventoryMojo extends DistributionMojo {

    /** The lock file of the pages. */
    @Parameter(required = true)
    private File npmLock;

    /** The packages of npm that are built into the pages. */
    @Parameter(required = true)
    private List<String> npmPackages;

    private final ProjectBuilder projects;

    @Inject
    public InventoryMojo(RepositorySystem repository, ProjectBuilder projects) {
        super(repository);
        this.projects = projects;
    }

    @Override
    void execute(List<FeatureFile> read) throws IOException, MojoExecutionException {
        List<Component> components = new ArrayList<>(Component.ofNpm(npmLock.toPath(), npmPackages));
        for (FeatureFile file : read) {
            for (BundleId id : file.bundles()) {
                if (!ours(id.group())) {
                    components.add(component(id.group(), id.artifact(), id.version(), resolve(file, id)));
                }
            }
        }
        for (Artifact library : project.getArtifacts()) {
            if (!ours(library.getGroupId())) {
                components.add(component(
                        library.getGroupId(),
                        library.getArtifactId(),
                        library.getVersion(),
                        library.getFile().toPath()));
            }
        }
        Inventory inventory = new Inventory("compositor-bridge", project.getVersion(), components);
        Tree distribution = new Tree(output.toPath());
        distribution.write("THIRD-PARTY.md", inventory.page());
        distribution.write("sbom.json", inventory.bom());
    }

    private boolean ours(String group) {
        return group.equals(project.getGroupId());
    }

    private Component component(String group, String name, String version, Path file) throws MojoExecutionException {
        ProjectBuildingRequest request = new DefaultProjectBuildingRequest(session.getProjectBuildingRequest());
        request.setProject(null);
        request.setProcessPlugins(false);
        request.setResolveDependencies(false);
        request.setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
        request.setRemoteRepositories(project.getRemoteArtifactRepositories());
        Artifact pom = new DefaultArtifact(group, name, version, null, "pom", null, new DefaultArtifactHandler("pom"));
        try {
            List<String> licences = projects.build(pom, true, request).getProject().getLicenses().stream()
                    .map(License::getName)
                    .toList();
            return new Component(
                    group,
                    name,
                    version,
                    "pkg:maven/" + group + "/" + name + "@" + version,
                    licences,
                    Optional.of(file));
        } catch (ProjectBuildingException e) {
            throw new MojoExecutionException(
                    "the POM of " + group + ":" + name + ":" + version + " cannot be read: " + e.getMessage(), e);
        }
    }
}
