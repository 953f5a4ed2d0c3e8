package org.geometryos.compositor.cluster.form;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** By the name of the kind. */
final class SealedForm<T> implements Form<T> {
    private final Forms forms;
    private final Class<?> type;
    private final Map<String, Class<?>> kinds = new HashMap<>();

    SealedForm(Forms forms, Class<?> type) {
        this.forms = forms;
        this.type = type;
        collect(type);
    }

    private void collect(Class<?> sealed) {
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            if (kind.isSealed()) {
                collect(kind);
            } else {
                kinds.put(kind.getSimpleName(), kind);
            }
        }
    }

    @Override
    public void write(T value, DataOutput to) throws IOException {
        Forms.writeText(to, value.getClass().getSimpleName());
        forms.<T>of(value.getClass()).write(value, to);
    }

    @Override
    public T read(DataInput from) throws IOException {
        String name = Forms.readText(from);
        Class<?> kind = kinds.get(name);
        if (kind == null) {
            throw new UnknownFormException(type.getSimpleName() + " has no kind " + name);
        }
        return forms.<T>of(kind).read(from);
    }
}
