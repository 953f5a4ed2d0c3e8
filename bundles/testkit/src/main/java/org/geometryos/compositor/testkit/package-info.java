/**
 * What tests of several bundles need: one fake each of the journal, the sockets and the time, and the contracts that a
 * fake keeps as its original does. A test of a bundle depends on it; nothing that is deployed does.
 */
package org.geometryos.compositor.testkit;
