package org.geometryos.compositor.benchmark;

/**
 * How much a scenario does.
 *
 * @param displays 1 to 100,000
 * @param rounds 1 to 99; three or more for figures that are told to others
 * @param warmSeconds of load before each window, or of rest where the scenario says so; 0 to 600
 * @param windowSeconds over which is measured; 1 to 3600
 */
record Plan(int displays, int rounds, int warmSeconds, int windowSeconds) {}
