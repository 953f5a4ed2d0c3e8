/**
 * The Compositor Bridge as one requirement, for resolvers: nothing but the names of the parts that nobody else asks
 * for. They bring all others. A framework does not look at them, so that each part may be replaced, or be absent.
 */
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.broadcast", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.endpoint", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.foxglove", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.http.guard", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.standby", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.camera.replay", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.camera.tracking", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.cluster", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.cluster.nats", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.metrics", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.models", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.mqtt", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.observe", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.operate", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.osc", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.recorder", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.scene", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.settings", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.shell", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.tiles", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.tiles.files", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.tracking.out", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.transport.native", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.wall", effective = "active")
@Requirement(namespace = "osgi.identity", name = "org.geometryos.compositor.web", effective = "active")
@Requirement(
        namespace = "osgi.identity",
        name = "org.apache.felix.configadmin.plugin.interpolation",
        effective = "active")
package org.geometryos.compositor.bridge;

import org.osgi.annotation.bundle.Requirement;
