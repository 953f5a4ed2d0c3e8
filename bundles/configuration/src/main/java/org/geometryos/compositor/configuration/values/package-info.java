/**
 * The values of a configuration that is read as a map: of brokers, receivers and targets, of which there may be many. A
 * package of its own, since what only checks a configuration does without the api. Not deployed: the bundles that use
 * it carry it in themselves.
 */
package org.geometryos.compositor.configuration.values;
