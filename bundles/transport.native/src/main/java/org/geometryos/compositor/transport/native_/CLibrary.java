package org.geometryos.compositor.transport.native_;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.stream.Stream;

/** Functions of the C library through {@code java.lang.foreign}, which the compiler of Java 17 does not know. */
final class CLibrary {
    private static final String FOREIGN = "java.lang.foreign.";

    private CLibrary() {}

    /**
     * A function as a handle of exactly these types.
     *
     * @param result {@code int} or {@code long}
     * @param parameters the same; a pointer is a {@code long}, as it is in the registers of x86-64 and AArch64
     * @throws ReflectiveOperationException if there is no such function, or the JVM does not give access to it
     */
    static MethodHandle function(String name, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        Class<?> linkerType = type("Linker");
        Class<?> optionType = type("Linker$Option");
        Class<?> layoutType = type("MemoryLayout");
        Class<?> descriptorType = type("FunctionDescriptor");
        Class<?> layoutsType = layoutType.arrayType();

        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object library = linkerType.getMethod("defaultLookup").invoke(linker);
        Object symbol = ((Optional<?>)
                        type("SymbolLookup").getMethod("find", String.class).invoke(library, name))
                .orElseThrow(() -> new NoSuchMethodException("the C library has no function " + name));
        Object[] layouts = (Object[]) Array.newInstance(layoutType, parameters.length);
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] = layout(parameters[i]);
        }
        Object descriptor =
                descriptorType.getMethod("of", layoutType, layoutsType).invoke(null, layout(result), layouts);
        try {
            return (MethodHandle) linkerType
                    .getMethod("downcallHandle", type("MemorySegment"), descriptorType, optionType.arrayType())
                    .invoke(linker, symbol, descriptor, Array.newInstance(optionType, 0));
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException("the JVM gives no access to the C library: " + e.getCause(), e);
        }
    }

    /**
     * Memory that the kernel has mapped, in the order of bytes of this machine. Who unmaps it must see to it that
     * nobody uses the buffer any more.
     */
    static ByteBuffer memory(long address, long length) throws ReflectiveOperationException {
        Class<?> segmentType = type("MemorySegment");
        Object start = segmentType.getMethod("ofAddress", long.class).invoke(null, address);
        Object segment = segmentType.getMethod("reinterpret", long.class).invoke(start, length);
        return ((ByteBuffer) segmentType.getMethod("asByteBuffer").invoke(segment)).order(ByteOrder.nativeOrder());
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(FOREIGN + name);
    }

    private static Object layout(Class<?> type) throws ReflectiveOperationException {
        String name = Stream.of(int.class, long.class)
                .filter(type::equals)
                .findFirst()
                .map(known -> known == int.class ? "JAVA_INT" : "JAVA_LONG")
                .orElseThrow(() -> new IllegalArgumentException(type + " must be int or long"));
        return type("ValueLayout").getField(name).get(null);
    }
}
