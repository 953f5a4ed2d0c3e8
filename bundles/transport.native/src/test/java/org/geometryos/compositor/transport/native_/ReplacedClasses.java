package org.geometryos.compositor.transport.native_;

import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * The main class of a process that loads the writer's classes several times, as an updated bundle does, writes until
 * they are compiled, and lets go of them. It prints how many class loaders are still reachable.
 */
final class ReplacedClasses {
    private static final int TIMES = 5;
    private static final int WRITES = 30_000;
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

    private ReplacedClasses() {}

    public static void main(String[] arguments) throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel from = SocketChannel.open(server.getLocalAddress());
                    SocketChannel to = server.accept()) {
                from.configureBlocking(false);
                to.configureBlocking(false);
                for (int i = 0; i < TIMES; i++) {
                    loaders.add(new WeakReference<>(load(from, to)));
                }
            }
        }
        long end = System.nanoTime() + LIMIT;
        while (loaders.stream().anyMatch(loader -> loader.get() != null) && System.nanoTime() - end < 0) {
            System.gc();
            Thread.sleep(20);
        }
        System.out.println(
                loaders.stream().filter(loader -> loader.get() != null).count());
    }

    private static ClassLoader load(SocketChannel from, SocketChannel to) throws Exception {
        URL classes = SendWriter.class.getProtectionDomain().getCodeSource().getLocation();
        URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                return name.startsWith(SendWriter.class.getPackageName() + ".")
                        ? super.findClass(name)
                        : ReplacedClasses.class.getClassLoader().loadClass(name);
            }
        };
        Class<?> ringsType = loader.loadClass(Rings.class.getName());
        Method open = ringsType.getDeclaredMethod("open");
        open.setAccessible(true);
        AutoCloseable rings = (AutoCloseable) open.invoke(null);
        Constructor<?> make = loader.loadClass(SendWriter.class.getName()).getDeclaredConstructor(ringsType);
        make.setAccessible(true);
        SocketWriter writer = (SocketWriter) make.newInstance(rings);
        SocketChannel[] several = {from, from, from, from, from};
        int[] taken = new int[several.length];
        ByteBuffer out = ByteBuffer.allocateDirect(64);
        ByteBuffer in = ByteBuffer.allocate(64 * 1024);
        for (int i = 0; i < WRITES; i++) {
            writer.write(from, out.clear());
            writer.writeAll(several, several.length, out, taken);
            to.read(in.clear());
        }
        rings.close();
        return loader;
    }
}
