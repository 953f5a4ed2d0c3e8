/**
 * Checks of glTF 2.0 models, as they may come from anywhere. Begin with
 * {@link org.geometryos.compositor.models.gltf.ModelCheck}.
 */
package org.geometryos.compositor.models.gltf;
