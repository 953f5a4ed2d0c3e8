package org.geometryos.compositor.wall;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.json.JsonReader;
import org.geometryos.compositor.io.json.JsonWriter;

/**
 * What one copy of this bundle leaves to the next, for the case that the journal is replaced with it and knows no
 * walls: the delay goes on without a jump. One thread.
 */
final class KeptWalls {
    /** What is older than that says nothing of the links any more, microseconds. */
    private static final long LONGEST = 600_000_000;

    private final WholeFile file;

    KeptWalls(WholeFile file) {
        this.file = file;
    }

    void write(List<Wall> walls, long now) {
        List<Map<String, Object>> kept = new ArrayList<>();
        for (Wall wall : walls) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("wall", wall.name());
            map.put("declared", WallDeclaration.of(wall).toMap());
            map.put(
                    "delay",
                    wall.delay().stream()
                            .map(each -> List.of(each.from(), each.value(), each.until(), each.to()))
                            .toList());
            wall.picture().ifPresent(picture -> map.put("picture", picture.word()));
            kept.add(map);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("time", now);
        document.put("walls", kept);
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            JsonWriter.write(out, document);
            file.save(out.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The walls by name; the file is gone afterwards. */
    Map<String, Wall> take(long now) {
        Map<String, Wall> walls = new TreeMap<>();
        file.read(content -> {
            Map<String, Object> document = JsonReader.object(content);
            if (document.get("time") instanceof Long time
                    && Math.abs(now - time) <= LONGEST
                    && document.get("walls") instanceof List<?> kept) {
                for (Object each : kept) {
                    Wall wall = wall((Map<?, ?>) each);
                    walls.put(wall.name(), wall);
                }
            }
        });
        file.delete();
        return walls;
    }

    private static Wall wall(Map<?, ?> map) {
        Map<String, Object> declared = new LinkedHashMap<>();
        ((Map<?, ?>) map.get("declared")).forEach((key, value) -> declared.put(String.valueOf(key), value));
        List<DelayChange> delay = new ArrayList<>();
        for (Object each : (List<?>) map.get("delay")) {
            List<?> four = (List<?>) each;
            delay.add(new DelayChange((Long) four.get(0), (Long) four.get(1), (Long) four.get(2), (Long) four.get(3)));
        }
        return WallDeclaration.ofRadians(String.valueOf(map.get("wall")), declared)
                .wall()
                .withDelay(delay)
                .withPicture(Optional.ofNullable(map.get("picture"))
                        .map(word -> Picture.of("picture", String.valueOf(word))));
    }
}
