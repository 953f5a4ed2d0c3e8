package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

import org.geometryos.compositor.api.camera.InvalidValueException;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.Quaternion;
import org.geometryos.compositor.api.camera.Vector3;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Rotations;

/**
 * Checks a glTF 2.0 model: that it is whole, that every number in it leads somewhere within it, and that displays, with three.js and no
 * further decoders, can show it. Takes time in proportion to the file, and memory that the limits bound; recurses nowhere; whatever
 * the file holds it gives an {@link Asset} or a {@link RefusedException}. Of one thread.
 */
public final class ModelCheck {
    /** What displays can do, as far as a model may require it. */
    static final Set<String> EXTENSIONS = Set.of("KHR_lights_punctual", "KHR_materials_anisotropy", "KHR_materials_clearcoat",
            "KHR_materials_dispersion", "KHR_materials_emissive_strength", "KHR_materials_ior", "KHR_materials_iridescence",
            "KHR_materials_sheen", "KHR_materials_specular", "KHR_materials_transmission", "KHR_materials_unlit", "KHR_materials_volume",
            "KHR_mesh_quantization", "KHR_texture_transform", "EXT_materials_bump", "EXT_mesh_gpu_instancing", "EXT_texture_webp");
    /** three.js gives up on a model that only uses this one, too. */
    private static final String DRACO = "KHR_draco_mesh_compression";
    private static final int MAX_CAMERAS = 32;
    /** Vertices that a display draws, those of each node and of each instance counted. */
    static final long MAX_DRAWN = 1L << 27;
    private static final Set<Integer> FLOATS = Set.of(Geometry.FLOAT);
    private static final Map<String, Set<String>> ATTRIBUTES = Map.of("POSITION", Set.of("VEC3"), "NORMAL", Set.of("VEC3"), "TANGENT", Set.of("VEC3", "VEC4"),
            "TEXCOORD", Set.of("VEC2"), "COLOR", Set.of("VEC3", "VEC4"), "JOINTS", Set.of("VEC4"), "WEIGHTS", Set.of("VEC4"));
    private static final Map<String, Set<String>> CHANNELS = Map.of("translation", Set.of("VEC3"), "rotation", Set.of("VEC4"),
            "scale", Set.of("VEC3"), "weights", Set.of("SCALAR"));

    private final Json root;
    private final Geometry geometry;
    private final Neighbours files;
    private final Graph graph;

    private ModelCheck(Container container, Neighbours files, long unpacked) throws RefusedException, IOException {
        this.root = container.json();
        this.files = files;
        asset();
        extensions();
        this.geometry = new Geometry(root, container.binary(), files, unpacked);
        this.graph = new Graph(root);
    }

    /**
     * Checks a model.
     *
     * @param glb whether it is a GLB file, or else JSON
     * @param unpacked bytes that its geometry may take in a display
     * @throws IOException if it cannot be read, which says nothing about the model
     */
    public static Asset check(Content file, boolean glb, Neighbours files, long unpacked) throws RefusedException, IOException {
        return new ModelCheck(glb ? Container.glb(file) : Container.gltf(file), files, unpacked).whole();
    }

    private Asset whole() throws RefusedException, IOException {
        new Images(root.at("images")).check(geometry, files);
        List<Json> textures = root.at("textures").items();
        textures(textures);
        List<Json> materials = root.at("materials").items();
        for (Json material : materials) {
            material(material, textures);
        }
        List<Json> meshes = root.at("meshes").items();
        List<Mesh> shapes = new ArrayList<>();
        for (Json mesh : meshes) {
            shapes.add(mesh(mesh, materials));
        }
        List<Json> skins = root.at("skins").items();
        for (Json skin : skins) {
            skin(skin);
        }
        List<Json> cameras = root.at("cameras").items();
        List<Projection> projections = new ArrayList<>();
        for (Json camera : cameras) {
            projections.add(projection(camera));
        }
        nodes(meshes, skins, projections);
        for (Json animation : root.at("animations").items()) {
            animation(animation);
        }
        List<Integer> shown = graph.shown(root);
        return new Asset(cameras(shown, cameras, projections), bounds(shown, shapes));
    }

    // ---- what it is

    private void asset() throws RefusedException {
        String version = root.at("asset").at("version").text();
        if (!version.matches("2\\.\\d{1,3}")) {
            throw root.at("asset").at("version").refused("must be 2.x");
        }
        Json least = root.at("asset").at("minVersion");
        if (!least.absent() && !least.text().equals("2.0")) {
            throw least.refused("must be 2.0, which is what displays read");
        }
    }

    private void extensions() throws RefusedException {
        for (Json used : root.at("extensionsUsed").items()) {
            if (used.text().equals(DRACO)) {
                throw used.refused("must be an extension that displays can do");
            }
        }
        for (Json required : root.at("extensionsRequired").items()) {
            if (!EXTENSIONS.contains(required.text())) {
                throw required.refused("must be an extension that displays can do");
            }
        }
    }

    // ---- how it looks

    private void textures(List<Json> textures) throws RefusedException {
        List<Json> images = root.at("images").items();
        List<Json> samplers = root.at("samplers").items();
        for (Json texture : textures) {
            Json webp = texture.at("extensions").at("EXT_texture_webp").at("source");
            for (Json source : List.of(texture.at("source"), webp)) {
                if (!source.absent()) {
                    source.index(images, "images");
                }
            }
            if (!texture.at("sampler").absent()) {
                texture.at("sampler").index(samplers, "samplers");
            }
        }
    }

    /** Whatever is named a texture in a material, its extensions included, has the number of one. */
    private static void material(Json material, List<Json> textures) throws RefusedException {
        material.object();
        Deque<Json> open = new ArrayDeque<>(List.of(material));
        while (!open.isEmpty()) {
            for (Json child : open.pop().children()) {
                if (child.name().equals("extras")) {
                    continue;
                }
                if (child.name().endsWith("Texture") && child.isObject()) {
                    child.at("index").index(textures, "textures");
                    child.at("texCoord").integer(0, 31, 0);
                }
                open.push(child);
            }
        }
        Json pbr = material.at("pbrMetallicRoughness");
        pbr.at("baseColorFactor").numbers(4);
        material.at("emissiveFactor").numbers(3);
        for (Json factor : List.of(pbr.at("metallicFactor"), pbr.at("roughnessFactor"), material.at("alphaCutoff"))) {
            if (!factor.absent()) {
                factor.number();
            }
        }
        oneOf(material.at("alphaMode"), "OPAQUE", "MASK", "BLEND");
    }

    private static String oneOf(Json text, String... allowed) throws RefusedException {
        if (text.absent()) {
            return allowed[0];
        }
        if (!Arrays.asList(allowed).contains(text.text())) {
            throw text.refused("must be one of " + String.join(", ", allowed));
        }
        return text.text();
    }

    // ---- its shapes

    /**
     * What is known of a mesh.
     *
     * @param box around it, in its own coordinates
     * @param drawn vertices that it makes a display draw
     */
    private record Mesh(Optional<double[][]> box, long drawn) {}

    private Mesh mesh(Json mesh, List<Json> materials) throws RefusedException, IOException {
        Optional<double[][]> box = Optional.empty();
        long drawn = 0;
        int targets = -1;
        for (Json primitive : mesh.at("primitives").someItems()) {
            Mesh one = primitive(primitive, materials);
            box = union(box, one.box);
            drawn += one.drawn;
            int morphs = primitive.at("targets").items().size();
            if (targets >= 0 && morphs != targets) {
                throw new RefusedException(primitive.at("targets"), "must be as many as in the first primitive (" + targets + ")", morphs);
            }
            targets = morphs;
        }
        if (!mesh.at("weights").absent()) {
            mesh.at("weights").numbers(targets);
        }
        return new Mesh(box, drawn);
    }

    private Mesh primitive(Json primitive, List<Json> materials) throws RefusedException, IOException {
        Json attributes = primitive.at("attributes");
        if (attributes.object().isEmpty()) {
            throw attributes.refused("must name an accessor at least");
        }
        long vertices = vertices(attributes, -1);
        for (Json target : primitive.at("targets").items()) {
            vertices(target, vertices);
        }
        long drawn = vertices;
        if (!primitive.at("indices").absent()) {
            Json indices = primitive.at("indices");
            geometry.indices(indices, geometry.accessor(indices), vertices);
            drawn = geometry.count(geometry.accessor(indices));
        }
        primitive.at("mode").integer(0, 6, 4);
        if (!primitive.at("material").absent()) {
            primitive.at("material").index(materials, "materials");
        }
        Json position = attributes.at("POSITION");
        return new Mesh(position.absent() ? Optional.empty() : geometry.range(geometry.accessor(position)), drawn);
    }

    /** @param expected how many there must be; -1: as many as of the first attribute */
    private long vertices(Json attributes, long expected) throws RefusedException {
        long vertices = expected;
        for (Json attribute : attributes.fields()) {
            int accessor = geometry.accessor(attribute);
            String kind = attribute.name().replaceFirst("_\\d{1,2}$", "");
            if (ATTRIBUTES.containsKey(kind)) {
                geometry.type(attribute, accessor, ATTRIBUTES.get(kind));
            }
            long count = geometry.count(accessor);
            if (vertices >= 0 && count != vertices) {
                throw new RefusedException(attribute, "must be the number of an accessor with as many elements as the others (" + vertices + ")", count);
            }
            vertices = count;
        }
        return vertices;
    }

    private void skin(Json skin) throws RefusedException {
        Set<Integer> joints = new HashSet<>();
        for (Json joint : skin.at("joints").someItems()) {
            if (!joints.add(joint.index(graph.nodes(), "nodes"))) {
                throw joint.refused("must be a joint that is named once");
            }
        }
        if (!skin.at("skeleton").absent()) {
            skin.at("skeleton").index(graph.nodes(), "nodes");
        }
        Json inverse = skin.at("inverseBindMatrices");
        if (!inverse.absent()) {
            int accessor = geometry.accessor(inverse);
            geometry.type(inverse, accessor, Set.of("MAT4"));
            geometry.component(inverse, accessor, FLOATS);
            if (geometry.count(accessor) < joints.size()) {
                throw new RefusedException(inverse, "must be the number of an accessor with an element for each of the " + joints.size() + " joints",
                        geometry.count(accessor));
            }
        }
    }

    private void animation(Json animation) throws RefusedException {
        List<Json> samplers = animation.at("samplers").someItems();
        for (Json sampler : samplers) {
            Json input = sampler.at("input");
            int times = geometry.accessor(input);
            geometry.type(input, times, Set.of("SCALAR"));
            geometry.component(input, times, FLOATS);
            int values = geometry.accessor(sampler.at("output"));
            long each = oneOf(sampler.at("interpolation"), "LINEAR", "STEP", "CUBICSPLINE").equals("CUBICSPLINE") ? 3 : 1;
            if (geometry.count(values) % (each * geometry.count(times)) != 0) {
                throw new RefusedException(sampler, "must have an output for each of the " + geometry.count(times) + " inputs", geometry.count(values));
            }
        }
        for (Json channel : animation.at("channels").someItems()) {
            Json sampler = samplers.get(channel.at("sampler").index(samplers, "samplers"));
            Json target = channel.at("target");
            String path = target.at("path").text();
            if (!CHANNELS.containsKey(path)) {
                throw target.at("path").refused("must be translation, rotation, scale or weights");
            }
            geometry.type(sampler.at("output"), geometry.accessor(sampler.at("output")), CHANNELS.get(path));
            if (!target.at("node").absent()) {
                target.at("node").index(graph.nodes(), "nodes");
            }
        }
    }

    // ---- where things stand

    private void nodes(List<Json> meshes, List<Json> skins, List<Projection> projections) throws RefusedException {
        List<Json> lights = root.at("extensions").at("KHR_lights_punctual").at("lights").items();
        for (Json light : lights) {
            oneOf(light.at("type"), "", "directional", "point", "spot");
        }
        for (Json node : graph.nodes()) {
            if (!node.at("mesh").absent()) {
                node.at("mesh").index(meshes, "meshes");
            }
            if (!node.at("skin").absent()) {
                node.at("skin").index(skins, "skins");
            }
            if (!node.at("camera").absent()) {
                node.at("camera").index(projections, "cameras");
            }
            Json light = node.at("extensions").at("KHR_lights_punctual").at("light");
            if (!light.absent()) {
                light.index(lights, "lights");
            }
            instances(node);
            for (Json weight : node.at("weights").items()) {
                weight.number();
            }
        }
    }

    /** How many times the mesh of a node is there; once unless an extension says otherwise. */
    private long instances(Json node) throws RefusedException {
        return Math.max(1, vertices(node.at("extensions").at("EXT_mesh_gpu_instancing").at("attributes"), -1));
    }

    private static Projection projection(Json camera) throws RefusedException {
        String type = camera.at("type").text();
        Json its = camera.at(type);
        try {
            switch (type) {
                case "perspective":
                    return new Projection.Perspective(its.at("yfov").number(), its.at("znear").number(), optional(its.at("zfar")),
                            optional(its.at("aspectRatio")));
                case "orthographic":
                    return new Projection.Orthographic(its.at("xmag").number(), its.at("ymag").number(), its.at("znear").number(),
                            its.at("zfar").number());
                default:
                    throw camera.at("type").refused("must be perspective or orthographic");
            }
        } catch (InvalidValueException e) {
            throw new RefusedException(its + ": " + e.getMessage());
        }
    }

    private static OptionalDouble optional(Json number) throws RefusedException {
        return number.absent() ? OptionalDouble.empty() : OptionalDouble.of(number.number());
    }

    private List<Asset.NamedView> cameras(List<Integer> shown, List<Json> cameras, List<Projection> projections) throws RefusedException {
        List<Asset.NamedView> found = new ArrayList<>();
        for (int node : shown) {
            Json at = graph.nodes().get(node);
            if (at.at("camera").absent()) {
                continue;
            }
            if (found.size() == MAX_CAMERAS) {
                throw new RefusedException("the scene must have at most " + MAX_CAMERAS + " cameras");
            }
            int camera = at.at("camera").index(projections, "cameras");
            Json own = cameras.get(camera).at("name");
            String name = !own.absent() ? own.text() : at.at("name").absent() ? "" : at.at("name").text();
            double[] world = graph.world(node);
            found.add(new Asset.NamedView(name, new View3d(new Vector3(world[12], world[13], world[14]), orientation(at, world),
                    projections.get(camera))));
        }
        return found;
    }

    /** Where the camera's axes point. Their lengths do not count, and a mirror image is seen from the front. */
    private static Quaternion orientation(Json node, double[] world) throws RefusedException {
        Vector3 ahead = new Vector3(-world[8], -world[9], -world[10]);
        Vector3 up = new Vector3(world[4], world[5], world[6]);
        try {
            return Rotations.lookAt(new Vector3(0, 0, 0), ahead, up);
        } catch (InvalidValueException e) {
            throw new RefusedException(node, "must not be scaled to nothing, as a camera stands there", "0");
        }
    }

    private Optional<Asset.Box> bounds(List<Integer> shown, List<Mesh> shapes) throws RefusedException {
        Optional<double[][]> all = Optional.empty();
        long left = MAX_DRAWN;
        for (int node : shown) {
            Json at = graph.nodes().get(node);
            if (at.at("mesh").absent()) {
                continue;
            }
            Mesh mesh = shapes.get(at.at("mesh").index(shapes, "meshes"));
            long instances = instances(at);
            if (mesh.drawn > left / instances) {
                throw new RefusedException(at, "must leave what a display draws at " + MAX_DRAWN + " vertices", "more");
            }
            left -= mesh.drawn * instances;
            if (mesh.box.isPresent()) {
                all = union(all, Optional.of(moved(mesh.box.get(), graph.world(node))));
            }
        }
        if (all.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Asset.Box(vector(all.get()[0]), vector(all.get()[1])));
        } catch (InvalidValueException e) {
            throw new RefusedException("the scene must have a finite size");
        }
    }

    private static Vector3 vector(double[] numbers) {
        return new Vector3(numbers[0], numbers[1], numbers[2]);
    }

    private static Optional<double[][]> union(Optional<double[][]> a, Optional<double[][]> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        double[][] union = new double[2][3];
        for (int i = 0; i < 3; i++) {
            union[0][i] = Math.min(a.get()[0][i], b.get()[0][i]);
            union[1][i] = Math.max(a.get()[1][i], b.get()[1][i]);
        }
        return Optional.of(union);
    }

    /** The box around a box that was moved. */
    private static double[][] moved(double[][] box, double[] world) {
        double[][] moved = new double[2][3];
        for (int row = 0; row < 3; row++) {
            moved[0][row] = world[12 + row];
            moved[1][row] = world[12 + row];
            for (int column = 0; column < 3; column++) {
                double a = world[4 * column + row] * box[0][column];
                double b = world[4 * column + row] * box[1][column];
                moved[0][row] += Math.min(a, b);
                moved[1][row] += Math.max(a, b);
            }
        }
        return moved;
    }
}
