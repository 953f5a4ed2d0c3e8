package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** None of our classes, in any host, calls what formats or compares by the locale of the machine. */
class LocaleIT {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("compositor.distribution", "target/compositor"));
    /** Owner, name, and the beginning of the descriptor: a method that takes a locale has another. */
    private static final Set<String> BY_LOCALE = Set.of(
            "java/lang/String.format(Ljava/lang/String;", "java/lang/String.formatted(", "java/lang/String.toLowerCase()", "java/lang/String.toUpperCase()",
            "java/io/PrintStream.printf(Ljava/lang/String;", "java/io/PrintStream.format(Ljava/lang/String;", "java/io/PrintWriter.printf(Ljava/lang/String;",
            "java/io/PrintWriter.format(Ljava/lang/String;", "java/util/Formatter.<init>()", "java/util/Formatter.<init>(Ljava/lang/Appendable;)",
            "java/text/SimpleDateFormat.<init>()", "java/text/SimpleDateFormat.<init>(Ljava/lang/String;)", "java/text/DecimalFormat.<init>(Ljava/lang/String;)",
            "java/text/NumberFormat.getInstance()", "java/text/NumberFormat.getIntegerInstance()", "java/text/NumberFormat.getNumberInstance()",
            "java/text/MessageFormat.format(Ljava/lang/String;", "java/time/format/DateTimeFormatter.ofPattern(Ljava/lang/String;)",
            "java/time/format/DateTimeFormatterBuilder.toFormatter()", "java/util/Calendar.getInstance()");

    @Test
    void noClassOfOursFormatsByTheLocaleOfTheMachine() throws IOException {
        Set<String> found = new TreeSet<>();
        int classes = 0;
        for (Path jar : jars()) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements();) {
                    JarEntry entry = entries.nextElement();
                    if (entry.getName().startsWith("org/geometryos/") && entry.getName().endsWith(".class")) {
                        classes++;
                        try (InputStream in = file.getInputStream(entry)) {
                            for (String call : calls(new DataInputStream(in))) {
                                BY_LOCALE.stream().filter(call::startsWith).forEach(each -> found.add(jar.getFileName() + " " + entry.getName() + ": " + call));
                            }
                        }
                    }
                }
            }
        }
        assertThat(classes).as("classes that were looked at").isGreaterThan(300);
        assertThat(found).isEmpty();
    }

    /** It sees what it is to find: this test's own class calls such a method. */
    @Test
    void suchACallIsFound() throws IOException {
        assertThat("I".toLowerCase()).isNotEmpty();
        try (InputStream in = LocaleIT.class.getResourceAsStream("LocaleIT.class")) {
            assertThat(calls(new DataInputStream(in))).anyMatch(call -> call.startsWith("java/lang/String.toLowerCase()"));
        }
    }

    private static List<Path> jars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String folder : List.of("bundle", "lib")) {
            try (Stream<Path> files = Files.list(DISTRIBUTION.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
            }
        }
        return jars;
    }

    /** The methods that a class refers to, from its constant pool (The Java Virtual Machine Specification, 4.4). */
    private static List<String> calls(DataInputStream in) throws IOException {
        in.readFully(new byte[8]);
        int count = in.readUnsignedShort();
        int[] tags = new int[count];
        Object[] values = new Object[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.readUnsignedByte();
            switch (tags[i]) {
                case 1 -> values[i] = in.readUTF();
                case 3, 4, 9, 10, 11, 12, 17, 18 -> values[i] = in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++;
                }
                case 15 -> in.readFully(new byte[3]);
                default -> values[i] = in.readUnsignedShort();
            }
        }
        List<String> calls = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            if (tags[i] == 10) {
                int method = (Integer) values[i];
                int nameAndType = (Integer) values[method & 0xffff];
                calls.add(values[(Integer) values[method >>> 16]] + "." + values[nameAndType >>> 16] + values[nameAndType & 0xffff]);
            }
        }
        return calls;
    }
}
