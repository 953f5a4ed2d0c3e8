package org.geometryos.compositor.cluster.form;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** By name, so that another order does not matter. */
final class EnumForm<T> implements Form<T> {
    private final Class<T> type;
    private final Map<String, T> byName = new HashMap<>();

    EnumForm(Class<T> type) {
        this.type = type;
        for (T each : type.getEnumConstants()) {
            byName.put(((Enum<?>) each).name(), each);
        }
    }

    @Override
    public void write(T value, DataOutput to) throws IOException {
        Forms.writeText(to, ((Enum<?>) value).name());
    }

    @Override
    public T read(DataInput from) throws IOException {
        String name = Forms.readText(from);
        T value = byName.get(name);
        if (value == null) {
            throw new UnknownFormException(type.getSimpleName() + " has no value " + name);
        }
        return value;
    }
}
