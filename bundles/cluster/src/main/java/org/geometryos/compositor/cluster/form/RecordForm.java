package org.geometryos.compositor.cluster.form;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The components of a record, in order, behind their number. */
final class RecordForm<T> implements Form<T> {
    private final Class<?> type;
    private final Method[] components;
    private final List<Form<Object>> forms;
    private final Constructor<?> constructor;

    /** @param bound what stands for the record's own type variables */
    RecordForm(Forms forms, Class<?> type, Map<TypeVariable<?>, Type> bound) {
        this.type = type;
        RecordComponent[] all = type.getRecordComponents();
        this.components = new Method[all.length];
        List<Form<Object>> found = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            components[i] = all[i].getAccessor();
            components[i].setAccessible(true);
            found.add(forms.of(resolved(all[i].getGenericType(), bound)));
        }
        this.forms = List.copyOf(found);
        try {
            constructor = type.getDeclaredConstructor(
                    Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
        constructor.setAccessible(true);
    }

    private static Type resolved(Type type, Map<TypeVariable<?>, Type> bound) {
        if (type instanceof TypeVariable<?> variable) {
            return bound.get(variable);
        }
        if (type instanceof ParameterizedType generic && !bound.isEmpty()) {
            return new Parameterized(
                    generic.getRawType(),
                    Arrays.stream(generic.getActualTypeArguments())
                            .map(argument -> resolved(argument, bound))
                            .toList());
        }
        return type;
    }

    private record Parameterized(Type raw, List<Type> arguments) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public Type getOwnerType() {
            return null;
        }
    }

    @Override
    public void write(T value, DataOutput to) throws IOException {
        to.writeByte(components.length);
        for (int i = 0; i < components.length; i++) {
            try {
                forms.get(i).write(components[i].invoke(value), to);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public T read(DataInput from) throws IOException {
        int count = from.readUnsignedByte();
        if (count != components.length) {
            throw new UnknownFormException(
                    type.getSimpleName() + " has " + components.length + " components, not " + count);
        }
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = forms.get(i).read(from);
        }
        try {
            return (T) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new UnknownFormException(
                    type.getSimpleName() + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
