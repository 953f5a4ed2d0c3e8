package org.geometryos.compositor.models.gltf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes: each with one parent at most, none within itself, and each one's place in the world. No recursion
 * anywhere.
 */
final class Graph {
    /** Nodes on the way from a root to a leaf: displays go this way by recursion. */
    static final int MAX_DEPTH = 256;

    private static final double UNIT = 0.01;
    private static final double[] IDENTITY = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

    private final List<Json> nodes;
    private final List<List<Integer>> children = new ArrayList<>();
    private final int[] parents;
    /** Those that displays make: of any scene, and what animations move. */
    private final BitSet read;
    /** By node; column by column, as glTF has them. */
    private final double[][] worlds;

    Graph(Json root) throws RefusedModelException {
        nodes = root.at("nodes").items();
        parents = new int[nodes.size()];
        worlds = new double[nodes.size()][];
        Arrays.fill(parents, -1);
        read = reached(root);
        for (int i = 0; i < nodes.size(); i++) {
            // a display looks at all of them once
            nodes.get(i).object();
            children.add(read.get(i) ? children(i) : List.of());
        }
        place();
    }

    private BitSet reached(Json root) throws RefusedModelException {
        BitSet reached = new BitSet(nodes.size());
        Deque<Integer> open = new ArrayDeque<>();
        List<Json> begin = new ArrayList<>();
        for (Json scene : root.at("scenes").items()) {
            begin.addAll(scene.at("nodes").items());
        }
        for (Json animation : root.at("animations").items()) {
            for (Json channel : animation.at("channels").items()) {
                if (!channel.at("target").at("node").absent()) {
                    begin.add(channel.at("target").at("node"));
                }
            }
        }
        if (root.at("scenes").items().isEmpty()) {
            reached.set(0, nodes.size());
        }
        for (Json index : begin) {
            open.push(index.index(nodes, "nodes"));
        }
        while (!open.isEmpty()) {
            int node = open.pop();
            if (!reached.get(node)) {
                reached.set(node);
                for (Json child : nodes.get(node).at("children").items()) {
                    open.push(child.index(nodes, "nodes"));
                }
            }
        }
        return reached;
    }

    /** Whether displays make this node. */
    boolean read(int node) {
        return read.get(node);
    }

    private List<Integer> children(int parent) throws RefusedModelException {
        List<Integer> found = new ArrayList<>();
        for (Json each : nodes.get(parent).at("children").items()) {
            int child = each.index(nodes, "nodes");
            if (parents[child] >= 0) {
                throw new RefusedModelException(each, "must be a node that has no parent yet", child);
            }
            parents[child] = parent;
            found.add(child);
        }
        return found;
    }

    /** From the roots down. A node that is not reached stands below itself, as each has one parent at most. */
    private void place() throws RefusedModelException {
        Deque<Integer> level = new ArrayDeque<>();
        for (int i = 0; i < parents.length; i++) {
            if (parents[i] < 0 && read.get(i)) {
                level.add(i);
            }
        }
        int reached = 0;
        for (int depth = 1; !level.isEmpty(); depth++) {
            if (depth > MAX_DEPTH) {
                throw new RefusedModelException(
                        nodes.get(level.peek()), "must have at most " + (MAX_DEPTH - 1) + " nodes above it", "more");
            }
            for (int left = level.size(); left > 0; left--) {
                int node = level.remove();
                reached++;
                double[] local = local(nodes.get(node));
                worlds[node] = parents[node] < 0 ? local : product(worlds[parents[node]], local);
                for (double number : worlds[node]) {
                    if (!Double.isFinite(number)) {
                        throw new RefusedModelException(
                                nodes.get(node), "must have a finite place in the world", number);
                    }
                }
                level.addAll(children.get(node));
            }
        }
        if (reached < read.cardinality()) {
            for (int i = 0; i < parents.length; i++) {
                if (read.get(i) && worlds[i] == null) {
                    throw new RefusedModelException(nodes.get(i), "must not stand below itself", "a cycle");
                }
            }
        }
    }

    private static double[] local(Json node) throws RefusedModelException {
        double[] matrix = node.at("matrix").numbers(16);
        if (matrix != null) {
            // displays take it in place of what stands beside it, and make no use of its fourth row
            matrix[3] = 0;
            matrix[7] = 0;
            matrix[11] = 0;
            matrix[15] = 1;
            return matrix;
        }
        double[] translation = node.at("translation").numbers(3);
        double[] rotation = node.at("rotation").numbers(4);
        double[] scale = node.at("scale").numbers(3);
        double[] local = IDENTITY.clone();
        if (rotation != null) {
            double x = rotation[0];
            double y = rotation[1];
            double z = rotation[2];
            double w = rotation[3];
            double norm = Math.sqrt(x * x + y * y + z * z + w * w);
            if (!(Math.abs(norm - 1) <= UNIT)) {
                throw new RefusedModelException(
                        node.at("rotation"), "must be a unit quaternion", "one with a norm of " + norm);
            }
            local[0] = 1 - 2 * (y * y + z * z);
            local[1] = 2 * (x * y + z * w);
            local[2] = 2 * (x * z - y * w);
            local[4] = 2 * (x * y - z * w);
            local[5] = 1 - 2 * (x * x + z * z);
            local[6] = 2 * (y * z + x * w);
            local[8] = 2 * (x * z + y * w);
            local[9] = 2 * (y * z - x * w);
            local[10] = 1 - 2 * (x * x + y * y);
        }
        for (int column = 0; scale != null && column < 3; column++) {
            for (int row = 0; row < 3; row++) {
                local[4 * column + row] *= scale[column];
            }
        }
        if (translation != null) {
            System.arraycopy(translation, 0, local, 12, 3);
        }
        return local;
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[16];
        for (int column = 0; column < 4; column++) {
            for (int row = 0; row < 4; row++) {
                double sum = 0;
                for (int i = 0; i < 4; i++) {
                    sum += a[4 * i + row] * b[4 * column + i];
                }
                product[4 * column + row] = sum;
            }
        }
        return product;
    }

    List<Json> nodes() {
        return nodes;
    }

    double[] world(int node) {
        return worlds[node];
    }

    /**
     * The nodes of the scene that displays show: the one that the model names, or its first; all nodes if it has none.
     */
    List<Integer> shown(Json root) throws RefusedModelException {
        List<Json> scenes = root.at("scenes").items();
        List<Integer> first = null;
        int chosen = root.at("scene").absent() ? 0 : root.at("scene").index(scenes, "scenes");
        for (int i = 0; i < scenes.size(); i++) {
            List<Integer> roots = roots(scenes.get(i));
            if (i == chosen) {
                first = roots;
            }
        }
        if (first == null) {
            first = new ArrayList<>();
            for (int i = 0; i < parents.length; i++) {
                if (parents[i] < 0) {
                    first.add(i);
                }
            }
        }
        List<Integer> shown = new ArrayList<>(first);
        for (int i = 0; i < shown.size(); i++) {
            shown.addAll(children.get(shown.get(i)));
        }
        return shown;
    }

    private List<Integer> roots(Json scene) throws RefusedModelException {
        Set<Integer> once = new HashSet<>();
        List<Integer> roots = new ArrayList<>();
        for (Json each : scene.at("nodes").items()) {
            int node = each.index(nodes, "nodes");
            if (parents[node] >= 0 || !once.add(node)) {
                throw new RefusedModelException(each, "must be a node without parent, named once", node);
            }
            roots.add(node);
        }
        return roots;
    }
}
