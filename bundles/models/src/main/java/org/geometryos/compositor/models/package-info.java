/**
 * Models for displays: where they come from, and how they are served. {@link org.geometryos.compositor.models.Library}
 * decides what is there.
 */
package org.geometryos.compositor.models;
