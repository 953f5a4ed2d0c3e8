package org.geometryos.compositor.tiles.world;

/** Smooth noise on the plane, and numbers that belong to places: the same on every machine. */
final class Noise {
    private static final double DIAGONAL = 1.41421356;

    private Noise() {}

    /** About -1 to 1, with hills of about the size 1. */
    static double at(int seed, double x, double y) {
        double left = Math.floor(x);
        double top = Math.floor(y);
        double u = x - left;
        double v = y - top;
        int i = (int) left;
        int j = (int) top;
        double above = mix(slope(seed, i, j, u, v), slope(seed, i + 1, j, u - 1, v), fade(u));
        double below = mix(slope(seed, i, j + 1, u, v - 1), slope(seed, i + 1, j + 1, u - 1, v - 1), fade(u));
        return mix(above, below, fade(v));
    }

    /** What a hill at a corner adds at a distance from it; it rises in one of eight directions. */
    private static double slope(int seed, int i, int j, double u, double v) {
        int hash = hash(seed, i, j);
        double a = (hash & 1) == 0 ? u : -u;
        double b = (hash & 2) == 0 ? v : -v;
        return (hash & 4) == 0 ? a + b : (hash & 8) == 0 ? a * DIAGONAL : b * DIAGONAL;
    }

    private static double fade(double t) {
        return t * t * t * (t * (t * 6 - 15) + 10);
    }

    private static double mix(double a, double b, double part) {
        return a + (b - a) * part;
    }

    static int hash(int seed, int i, int j) {
        int hash = seed * 0x9e3779b1 ^ i * 0x85ebca6b ^ Integer.rotateLeft(j * 0xc2b2ae35, 13);
        hash = (hash ^ hash >>> 15) * 0x2c1b3c6d;
        hash = (hash ^ hash >>> 12) * 0x297a2d39;
        return hash ^ hash >>> 15;
    }

    /** Of a hash, from 0 to 1. */
    static double part(int hash, int shift) {
        return (hash >>> shift & 0xff) / 256.0;
    }
}
