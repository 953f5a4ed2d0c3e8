package org.geometryos.compositor.cluster.form;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.api.tiles.TileTree;

/**
 * Records of Java as bytes, and back: by their components, in order. So a further kind of change needs nothing here. A
 * sealed interface is written with the name of the kind, a record with the number of its components, so that a kind or
 * a component of another version is found out and not misread. Reading goes through the constructors, which check. Any
 * thread.
 */
public final class Forms {
    /** In a list. */
    private static final int MOST = 1 << 20;

    private final Map<Type, Form<?>> known = new ConcurrentHashMap<>();

    public Forms() {
        known.put(boolean.class, form(DataOutput::writeBoolean, DataInput::readBoolean));
        known.put(Boolean.class, form(DataOutput::writeBoolean, DataInput::readBoolean));
        known.put(int.class, form(DataOutput::writeInt, DataInput::readInt));
        known.put(Integer.class, form(DataOutput::writeInt, DataInput::readInt));
        known.put(long.class, form(DataOutput::writeLong, DataInput::readLong));
        known.put(Long.class, form(DataOutput::writeLong, DataInput::readLong));
        known.put(double.class, form(DataOutput::writeDouble, DataInput::readDouble));
        known.put(Double.class, form(DataOutput::writeDouble, DataInput::readDouble));
        known.put(String.class, form(Forms::writeText, Forms::readText));
        known.put(byte[].class, form(Forms::writeBytes, Forms::readBytes));
        known.put(TileTree.class, new TileTreeForm());
        known.put(
                OptionalLong.class,
                form(
                        (to, value) -> {
                            to.writeBoolean(value.isPresent());
                            to.writeLong(value.orElse(0));
                        },
                        from -> {
                            boolean there = from.readBoolean();
                            long value = from.readLong();
                            return there ? OptionalLong.of(value) : OptionalLong.empty();
                        }));
        known.put(
                OptionalInt.class,
                form(
                        (to, value) -> {
                            to.writeBoolean(value.isPresent());
                            to.writeInt(value.orElse(0));
                        },
                        from -> {
                            boolean there = from.readBoolean();
                            int value = from.readInt();
                            return there ? OptionalInt.of(value) : OptionalInt.empty();
                        }));
        known.put(
                OptionalDouble.class,
                form(
                        (to, value) -> {
                            to.writeBoolean(value.isPresent());
                            to.writeDouble(value.orElse(0));
                        },
                        from -> {
                            boolean there = from.readBoolean();
                            double value = from.readDouble();
                            return there ? OptionalDouble.of(value) : OptionalDouble.empty();
                        }));
    }

    /** @param type a record or a sealed interface of records */
    public <T> byte[] bytes(Class<T> type, T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            this.<T>of(type).write(value, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws UnknownFormException if it is nothing that this version knows */
    public <T> T value(Class<T> type, byte[] bytes) throws UnknownFormException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            T value = this.<T>of(type).read(new DataInputStream(in));
            if (in.available() > 0) {
                throw new UnknownFormException("there are " + in.available() + " bytes too many");
            }
            return value;
        } catch (UnknownFormException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnknownFormException("it cannot be read: " + e, e);
        }
    }

    @SuppressWarnings("unchecked")
    <T> Form<T> of(Type type) {
        Form<?> form = known.get(type);
        if (form == null) {
            form = make(type);
            known.put(type, form);
        }
        return (Form<T>) form;
    }

    private Form<?> make(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return new EnumForm<>(plain);
        }
        if (plain.isRecord()) {
            return new RecordForm<>(this, plain, Map.of());
        }
        if (plain.isSealed()) {
            return new SealedForm<>(this, plain);
        }
        throw new IllegalArgumentException(plain + " has no form");
    }

    private Form<?> generic(ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw == Optional.class) {
            return optional(of(type.getActualTypeArguments()[0]));
        }
        if (raw == List.class) {
            return list(of(type.getActualTypeArguments()[0]));
        }
        if (raw.isRecord()) {
            Map<TypeVariable<?>, Type> bound = new ConcurrentHashMap<>();
            for (int i = 0; i < raw.getTypeParameters().length; i++) {
                bound.put(raw.getTypeParameters()[i], type.getActualTypeArguments()[i]);
            }
            return new RecordForm<>(this, raw, bound);
        }
        throw new IllegalArgumentException(type + " has no form");
    }

    private static <T> Form<Optional<T>> optional(Form<T> inner) {
        return form(
                (to, value) -> {
                    to.writeBoolean(value.isPresent());
                    if (value.isPresent()) {
                        inner.write(value.get(), to);
                    }
                },
                from -> from.readBoolean() ? Optional.of(inner.read(from)) : Optional.empty());
    }

    private static <T> Form<List<T>> list(Form<T> inner) {
        return form(
                (to, value) -> {
                    to.writeInt(value.size());
                    for (T each : value) {
                        inner.write(each, to);
                    }
                },
                from -> {
                    int size = from.readInt();
                    if (size < 0 || size > MOST) {
                        throw new UnknownFormException("a list has at most " + MOST + " values, not " + size);
                    }
                    List<T> all = new ArrayList<>(Math.min(size, 1_024));
                    for (int i = 0; i < size; i++) {
                        all.add(inner.read(from));
                    }
                    return all;
                });
    }

    static void writeText(DataOutput to, String text) throws IOException {
        writeBytes(to, text.getBytes(StandardCharsets.UTF_8));
    }

    static String readText(DataInput from) throws IOException {
        return new String(readBytes(from), StandardCharsets.UTF_8);
    }

    static void writeBytes(DataOutput to, byte[] bytes) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    static byte[] readBytes(DataInput from) throws IOException {
        int length = from.readInt();
        if (length < 0 || length > MOST) {
            throw new UnknownFormException("a text has at most " + MOST + " bytes, not " + length);
        }
        byte[] bytes = new byte[length];
        from.readFully(bytes);
        return bytes;
    }

    private interface Writing<T> {
        void write(DataOutput to, T value) throws IOException;
    }

    private interface ReadingOne<T> {
        T read(DataInput from) throws IOException;
    }

    private static <T> Form<T> form(Writing<T> writing, ReadingOne<T> reading) {
        return new Form<>() {
            @Override
            public void write(T value, DataOutput to) throws IOException {
                writing.write(to, value);
            }

            @Override
            public T read(DataInput from) throws IOException {
                return reading.read(from);
            }
        };
    }
}
