package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * Checks a glTF 2.0 model: that it is whole, that every number in it that displays follow leads somewhere within it,
 * and that displays, with three.js and no further decoders, can show it. What they do not read is bounded and not
 * judged: what no scene has in it, what only an optional extension needs that they do not know, how animations move,
 * what cameras of the model see. Takes time in proportion to the file, and memory that the limits bound; recurses
 * nowhere; whatever the file holds it gives an {@link Asset} or a {@link RefusedModelException}. Of one thread.
 *
 * <p>It is one class, since the parts of a model refer to each other by number: what one part's check has found, the
 * next one's needs.
 */
public final class ModelCheck {
    /** What displays can do, as far as a model may require it. */
    static final Set<String> EXTENSIONS = Set.of(
            "KHR_lights_punctual",
            "KHR_materials_anisotropy",
            "KHR_materials_clearcoat",
            "KHR_materials_dispersion",
            "KHR_materials_emissive_strength",
            "KHR_materials_ior",
            "KHR_materials_iridescence",
            "KHR_materials_sheen",
            "KHR_materials_specular",
            "KHR_materials_transmission",
            "KHR_materials_unlit",
            "KHR_materials_volume",
            "KHR_mesh_quantization",
            "KHR_texture_transform",
            "EXT_materials_bump",
            "EXT_mesh_gpu_instancing",
            "EXT_texture_avif",
            "EXT_texture_webp");

    private static final Set<String> PROJECTIONS = new TreeSet<>(Set.of("perspective", "orthographic"));
    /** three.js gives up on a model that only uses this one, too. */
    private static final String DRACO = "KHR_draco_mesh_compression";

    static final int MAX_CAMERAS = 32;
    /** Vertices that a display draws, those of each node and of each instance counted. */
    static final long MAX_DRAWN = 1L << 27;

    private static final Set<Integer> FLOATS = Set.of(Geometry.FLOAT);
    private static final Map<String, Set<String>> ATTRIBUTES = Map.of(
            "POSITION",
            Set.of("VEC3"),
            "NORMAL",
            Set.of("VEC3"),
            "TANGENT",
            Set.of("VEC3", "VEC4"),
            "TEXCOORD",
            Set.of("VEC2"),
            "COLOR",
            Set.of("VEC3", "VEC4"),
            "JOINTS",
            Set.of("VEC4"),
            "WEIGHTS",
            Set.of("VEC4"));
    /** Those whose texture displays take instead of the plain one. */
    private static final List<String> TEXTURES = List.of("EXT_texture_webp", "EXT_texture_avif");

    private final Json root;
    private final Geometry geometry;
    private final Graph graph;
    private final Images images;
    private final List<Json> textures;
    private final List<Json> samplers;
    private final List<Json> materials;
    private final List<Json> meshes;
    private final List<Json> lights;
    private final Set<Integer> seenTextures = new HashSet<>();
    private final Set<Integer> seenMaterials = new HashSet<>();
    private final Map<Integer, Mesh> shapes = new HashMap<>();

    private ModelCheck(Container container, Neighbours files, long unpacked) throws RefusedModelException, IOException {
        this.root = container.json();
        asset();
        extensions();
        this.geometry = new Geometry(root, container.binary(), files, unpacked);
        this.graph = new Graph(root);
        this.images = new Images(root.at("images"), geometry, files);
        this.textures = root.at("textures").items();
        this.samplers = root.at("samplers").items();
        this.materials = root.at("materials").items();
        this.meshes = root.at("meshes").items();
        this.lights =
                root.at("extensions").at("KHR_lights_punctual").at("lights").items();
    }

    /**
     * Checks a model.
     *
     * @param glb whether it is a GLB file, or else JSON
     * @param unpacked bytes that its geometry may take in a display
     * @throws IOException if it cannot be read, which says nothing about the model
     */
    public static Asset check(Content file, boolean glb, Neighbours files, long unpacked)
            throws RefusedModelException, IOException {
        return new ModelCheck(glb ? Container.glb(file) : Container.gltf(file), files, unpacked).whole();
    }

    private Asset whole() throws RefusedModelException, IOException {
        List<Json> skins = root.at("skins").items();
        for (Json skin : skins) {
            // displays look at the joints of all of them
            skin(skin);
        }
        List<Json> cameras = root.at("cameras").items();
        for (Json camera : cameras) {
            camera(camera);
        }
        nodes(skins, cameras);
        for (Json animation : root.at("animations").items()) {
            animation(animation);
        }
        for (String kind : List.of("buffers", "images")) {
            for (Json unread : root.at(kind).items()) {
                if (unread.isObject()) {
                    Uris.beside(unread.at("uri"));
                }
            }
        }
        List<Integer> shown = graph.shown(root);
        List<Asset.NamedView> views = new ArrayList<>();
        int left = cameras(shown, cameras, views);
        return new Asset(views, left, bounds(shown));
    }

    // ---- what it is

    private void asset() throws RefusedModelException {
        String version = root.at("asset").at("version").text();
        if (!version.matches("2\\.\\d{1,3}")) {
            throw root.at("asset").at("version").refused("must be 2.x");
        }
        Json least = root.at("asset").at("minVersion");
        if (!least.absent() && !least.text().equals("2.0")) {
            throw least.refused("must be 2.0, which is what displays read");
        }
    }

    private void extensions() throws RefusedModelException {
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

    /** A texture that displays read, and the one picture of it that they take. */
    private void texture(Json index) throws RefusedModelException, IOException {
        int number = index.index(textures, "textures");
        if (!seenTextures.add(number)) {
            return;
        }
        Json texture = textures.get(number);
        Json extensions = texture.at("extensions");
        Json source = texture.at("source");
        if (!source.absent()) {
            images.number(source);
        }
        for (String name : TEXTURES) {
            if (extensions.has(name)) {
                source = extensions.at(name).at("source");
                break;
            }
        }
        images.check(source);
        if (!texture.at("sampler").absent()) {
            texture.at("sampler").index(samplers, "samplers");
        }
    }

    /** Whatever is named a texture in a material, the extensions that displays know included, has the number of one. */
    private void material(Json index) throws RefusedModelException, IOException {
        int number = index.index(materials, "materials");
        if (!seenMaterials.add(number)) {
            return;
        }
        Json material = materials.get(number);
        material.object();
        Deque<Json> open = new ArrayDeque<>(List.of(material));
        while (!open.isEmpty()) {
            Json at = open.pop();
            for (Json child : at.children()) {
                boolean unread = child.name().equals("extras")
                        || at.name().equals("extensions") && !EXTENSIONS.contains(child.name());
                if (unread) {
                    continue;
                }
                if (child.name().endsWith("Texture") && child.isObject()) {
                    texture(child.at("index"));
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
    }

    private static String oneOf(Json text, String... allowed) throws RefusedModelException {
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

    private Mesh mesh(int number) throws RefusedModelException, IOException {
        Mesh known = shapes.get(number);
        if (known == null) {
            known = mesh(meshes.get(number));
            shapes.put(number, known);
        }
        return known;
    }

    private Mesh mesh(Json mesh) throws RefusedModelException, IOException {
        Optional<double[][]> box = Optional.empty();
        long drawn = 0;
        int targets = -1;
        for (Json primitive : mesh.at("primitives").someItems()) {
            Mesh one = primitive(primitive);
            box = union(box, one.box);
            drawn += one.drawn;
            int morphs = primitive.at("targets").items().size();
            if (targets >= 0 && morphs != targets) {
                throw new RefusedModelException(
                        primitive.at("targets"), "must be as many as in the first primitive (" + targets + ")", morphs);
            }
            targets = morphs;
        }
        if (!mesh.at("weights").absent()) {
            mesh.at("weights").numbers(targets);
        }
        return new Mesh(box, drawn);
    }

    private Mesh primitive(Json primitive) throws RefusedModelException, IOException {
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
            material(primitive.at("material"));
        }
        Json position = attributes.at("POSITION");
        return new Mesh(position.absent() ? Optional.empty() : geometry.range(geometry.accessor(position)), drawn);
    }

    /** @param expected how many there must be; -1: as many as of the first attribute */
    private long vertices(Json attributes, long expected) throws RefusedModelException {
        long vertices = expected;
        for (Json attribute : attributes.fields()) {
            int accessor = geometry.accessor(attribute);
            String kind = attribute.name().replaceFirst("_\\d{1,2}$", "");
            if (ATTRIBUTES.containsKey(kind)) {
                geometry.type(attribute, accessor, ATTRIBUTES.get(kind));
            }
            long count = geometry.count(accessor);
            if (vertices >= 0 && count != vertices) {
                throw new RefusedModelException(
                        attribute,
                        "must be the number of an accessor with as many elements as the others (" + vertices + ")",
                        count);
            }
            vertices = count;
        }
        return vertices;
    }

    private void skin(Json skin) throws RefusedModelException {
        Set<Integer> joints = new HashSet<>();
        for (Json joint : skin.at("joints").someItems()) {
            if (!joints.add(joint.index(graph.nodes(), "nodes"))) {
                throw joint.refused("must be a joint that is named once");
            }
        }
        if (!skin.at("skeleton").absent()) {
            skin.at("skeleton").index(graph.nodes(), "nodes");
        }
    }

    private void inverse(Json skin) throws RefusedModelException {
        List<Json> joints = skin.at("joints").items();
        Json inverse = skin.at("inverseBindMatrices");
        if (!inverse.absent()) {
            int accessor = geometry.accessor(inverse);
            geometry.type(inverse, accessor, Set.of("MAT4"));
            geometry.component(inverse, accessor, FLOATS);
            if (geometry.count(accessor) < joints.size()) {
                throw new RefusedModelException(
                        inverse,
                        "must be the number of an accessor with an element for each of the " + joints.size()
                                + " joints",
                        geometry.count(accessor));
            }
        }
    }

    /** Animations are not played; what moves a node is read nevertheless. */
    private void animation(Json animation) throws RefusedModelException {
        List<Json> samplers = animation.at("samplers").items();
        for (Json channel : animation.list("channels")) {
            Json sampler = samplers.get(channel.at("sampler").index(samplers, "samplers"));
            if (!channel.at("target").at("node").absent()) {
                for (Json numbers : List.of(sampler.at("input"), sampler.at("output"))) {
                    geometry.accessor(numbers);
                    geometry.copied(numbers);
                }
                if (geometry.count(geometry.accessor(sampler.at("input"))) == 0) {
                    // three.js gives up on a track without a time
                    throw new RefusedModelException(
                            sampler.at("input"), "must be the number of an accessor with an element", 0);
                }
            }
        }
    }

    // ---- where things stand

    private void nodes(List<Json> skins, List<Json> cameras) throws RefusedModelException, IOException {
        for (int number = 0; number < graph.nodes().size(); number++) {
            Json node = graph.nodes().get(number);
            if (!node.at("skin").absent() && !node.at("mesh").absent()) {
                // a display looks for such meshes in all nodes
                node.at("mesh").index(meshes, "meshes");
            }
            if (!graph.read(number)) {
                continue;
            }
            if (!node.at("mesh").absent()) {
                mesh(node.at("mesh").index(meshes, "meshes"));
            }
            if (!node.at("skin").absent()) {
                node.at("skin").index(skins, "skins");
                inverse(skins.get(node.at("skin").index(skins, "skins")));
            }
            if (!node.at("camera").absent()) {
                node.at("camera").index(cameras, "cameras");
            }
            Json light = node.at("extensions").at("KHR_lights_punctual").at("light");
            if (!light.absent()) {
                oneOf(lights.get(light.index(lights, "lights")).at("type"), "", "directional", "point", "spot");
            }
            instances(node);
            for (Json weight : node.at("weights").items()) {
                weight.number();
            }
        }
    }

    /** How many times the mesh of a node is there; once unless an extension says otherwise. */
    private long instances(Json node) throws RefusedModelException {
        return Math.max(
                1, vertices(node.at("extensions").at("EXT_mesh_gpu_instancing").at("attributes"), -1));
    }

    /** Displays make all cameras, of what there is, and see through none. */
    private static void camera(Json camera) throws RefusedModelException {
        camera.object();
        Json type = camera.at("type");
        if (type.isText() && !PROJECTIONS.contains(type.text()) && camera.has(type.text())) {
            throw type.refused("must be one of " + String.join(", ", PROJECTIONS));
        }
    }

    /** @throws RefusedException if there is no such projection in the bridge */
    private static Projection projection(Json camera) throws RefusedModelException {
        Json its = camera.at(camera.at("type").text());
        try {
            if (camera.at("type").text().equals("orthographic")) {
                return new Projection.Orthographic(
                        its.at("xmag").number(),
                        its.at("ymag").number(),
                        its.at("znear").number(),
                        its.at("zfar").number());
            }
            OptionalDouble aspect = optional(its.at("aspectRatio"));
            return new Projection.Perspective(
                    its.at("yfov").number(),
                    its.at("znear").number(),
                    optional(its.at("zfar")),
                    aspect.isPresent() && aspect.getAsDouble() == 0 ? OptionalDouble.empty() : aspect);
        } catch (InvalidValueException e) {
            throw new RefusedModelException(its + ": " + e.getMessage());
        }
    }

    private static OptionalDouble optional(Json number) throws RefusedModelException {
        return number.absent() ? OptionalDouble.empty() : OptionalDouble.of(number.number());
    }

    /** @return how many are not among the views: what they see is nothing for the bridge, or they are too many */
    private int cameras(List<Integer> shown, List<Json> cameras, List<Asset.NamedView> views)
            throws RefusedModelException {
        int left = 0;
        for (int node : shown) {
            Json at = graph.nodes().get(node);
            if (at.at("camera").absent()) {
                continue;
            }
            Json camera = cameras.get(at.at("camera").index(cameras, "cameras"));
            Optional<View3d> view = views.size() < MAX_CAMERAS ? view(camera, graph.world(node)) : Optional.empty();
            if (view.isPresent()) {
                String name = camera.at("name").isText()
                        ? camera.at("name").text()
                        : at.at("name").isText() ? at.at("name").text() : "";
                views.add(new Asset.NamedView(name, view.get()));
            } else {
                left++;
            }
        }
        return left;
    }

    /** Where the camera's axes point. Their lengths do not count, and a mirror image is seen from the front. */
    private static Optional<View3d> view(Json camera, double[] world) {
        try {
            Quaternion orientation = Rotations.lookAt(
                    new Vector3(0, 0, 0),
                    new Vector3(-world[8], -world[9], -world[10]),
                    new Vector3(world[4], world[5], world[6]));
            return Optional.of(
                    new View3d(new Vector3(world[12], world[13], world[14]), orientation, projection(camera)));
        } catch (InvalidValueException | RefusedModelException e) {
            return Optional.empty();
        }
    }

    private Optional<Asset.Box> bounds(List<Integer> shown) throws RefusedModelException, IOException {
        Optional<double[][]> all = Optional.empty();
        long left = MAX_DRAWN;
        for (int node : shown) {
            Json at = graph.nodes().get(node);
            if (at.at("mesh").absent()) {
                continue;
            }
            Mesh mesh = mesh(at.at("mesh").index(meshes, "meshes"));
            long instances = instances(at);
            if (mesh.drawn > left / instances) {
                throw new RefusedModelException(
                        at, "must leave what a display draws at " + MAX_DRAWN + " vertices", "more");
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
            throw new RefusedModelException("the scene must have a finite size");
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
