package org.geometryos.compositor.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds for all our classes of the distribution. */
class ClassesIT {
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("compositor.distribution", "target/compositor"));
    private static final String OURS = "org.geometryos.compositor.";
    /** Full names, and the first parameter where another overload takes a locale. */
    private static final Set<String> BY_LOCALE = Set.of(
            "java.lang.String.format(java.lang.String",
            "java.lang.String.formatted(",
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.io.PrintStream.printf(java.lang.String",
            "java.io.PrintStream.format(java.lang.String",
            "java.io.PrintWriter.printf(java.lang.String",
            "java.io.PrintWriter.format(java.lang.String",
            "java.util.Formatter.<init>()",
            "java.util.Formatter.<init>(java.lang.Appendable)",
            "java.text.SimpleDateFormat.<init>()",
            "java.text.SimpleDateFormat.<init>(java.lang.String)",
            "java.text.DecimalFormat.<init>(java.lang.String)",
            "java.text.NumberFormat.getInstance()",
            "java.text.NumberFormat.getIntegerInstance()",
            "java.text.NumberFormat.getNumberInstance()",
            "java.text.MessageFormat.format(java.lang.String",
            "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
            "java.time.format.DateTimeFormatterBuilder.toFormatter()",
            "java.util.Calendar.getInstance()");

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() throws IOException {
        List<JarFile> jars = new ArrayList<>();
        for (String folder : List.of("bundle", "lib")) {
            try (Stream<Path> files = Files.list(DISTRIBUTION.resolve(folder))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                    jars.add(new JarFile(file.toFile()));
                }
            }
        }
        classes = new ClassFileImporter().withImportOption(ClassesIT::ours).importJars(jars);
        for (JarFile jar : jars) {
            jar.close();
        }
        assertThat(classes.size()).as("classes that were read").isGreaterThan(300);
    }

    private static boolean ours(Location location) {
        return location.contains("/" + OURS.replace('.', '/'));
    }

    /** A circle would tie each of its packages, and who uses one of them, to all others. */
    @Test
    void noPackagesDependOnEachOtherInACircle() {
        Map<String, Set<String>> needed = new TreeMap<>();
        for (JavaClass each : classes) {
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                String other =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (other.startsWith(OURS) && !other.equals(each.getPackageName())) {
                    needed.computeIfAbsent(each.getPackageName(), name -> new TreeSet<>())
                            .add(other);
                }
            }
        }
        assertThat(needed).as("packages that need others").hasSizeGreaterThan(20);
        // a package that needs none of those that are left is in no circle
        do {
            needed.values().forEach(others -> others.retainAll(needed.keySet()));
        } while (needed.values().removeIf(Set::isEmpty));
        assertThat(needed).as("packages in a circle, or above one").isEmpty();
    }

    /** A source of cameras is wired to these alone. */
    @Test
    void camerasNeedNothingButValues() {
        noClasses()
                .that()
                .resideInAPackage(OURS + "api.camera")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of another package of ours",
                        target -> target.getPackageName().startsWith(OURS)
                                && !Set.of(OURS + "api.camera", OURS + "api.value")
                                        .contains(target.getPackageName())))
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(OURS + "api.value")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of another package of ours",
                        target -> target.getPackageName().startsWith(OURS)
                                && !target.getPackageName().equals(OURS + "api.value")))
                .check(classes);
    }

    /**
     * Which names and types lie with a link stands in one class, from which bundles of different versions know them.
     */
    @Test
    void whatALinkRemembersIsTouchedByLinkMemoryAlone() {
        Set<String> readers = new TreeSet<>();
        Set<String> strangers = new TreeSet<>();
        for (JavaClass each : classes) {
            if (each.getPackageName().startsWith(OURS + "transport")) {
                continue;
            }
            for (JavaCodeUnit unit : each.getCodeUnits()) {
                long asked = calls(unit, OURS + "transport.api.Link", "attributes");
                if (asked > 0) {
                    readers.add(each.getPackageName());
                }
                if (asked > calls(unit, OURS + "api.connection.LinkMemory", "of")) {
                    strangers.add(unit.getFullName());
                }
            }
        }
        assertThat(strangers).isEmpty();
        assertThat(readers).contains(OURS + "broadcast", OURS + "connections", OURS + "endpoint");
    }

    private static long calls(JavaCodeUnit unit, String owner, String name) {
        return unit.getAccessesFromSelf().stream()
                .filter(access -> access.getTargetOwner().getName().equals(owner)
                        && access.getName().equals(name))
                .count();
    }

    /** What formats or compares by the locale of the machine gives other digits and letters in other countries. */
    @Test
    void nothingDependsOnTheLocaleOfTheMachine() {
        noClasses()
                .should()
                .accessTargetWhere(DescribedPredicate.describe("the machine's locale counts", ClassesIT::byLocale))
                .check(classes);
    }

    private static boolean byLocale(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return BY_LOCALE.stream().anyMatch(target.getFullName()::startsWith);
    }

    /** It sees what it is to find: this test's own class calls such a method. */
    @Test
    void suchACallIsFound() {
        assertThat("I".toLowerCase()).isNotEmpty();
        assertThat(new ClassFileImporter()
                        .importClasses(ClassesIT.class)
                        .get(ClassesIT.class)
                        .getAccessesFromSelf())
                .anyMatch(ClassesIT::byLocale);
    }

    /** A chain of {@code instanceof} skips a kind that is added later; a visitor does not compile without it. */
    @Test
    void whatHasToBeAnsweredInEachKindIsTakenApartByItsVisitor() {
        Set<String> families =
                Set.of(OURS + "api.journal.Change", OURS + "api.scene.SceneOp", OURS + "protocol.ClientMessage");
        assertThat(families).allMatch(family -> classes.contain(family + "$Visitor"));
        Set<String> chains = new TreeSet<>();
        for (JavaClass each : classes) {
            for (JavaCodeUnit unit : each.getCodeUnits()) {
                for (String family : families) {
                    long kinds = unit.getInstanceofChecks().stream()
                            .map(InstanceofCheck::getRawType)
                            .filter(type -> type.getRawInterfaces().stream()
                                    .anyMatch(above -> above.getName().equals(family)))
                            .distinct()
                            .count();
                    if (kinds > 1) {
                        chains.add(unit.getFullName());
                    }
                }
            }
        }
        assertThat(chains).isEmpty();
    }

    /** The compiler says nothing about a name that is no class any more; the way of an update is slower then. */
    @Test
    void theCompilerIsToldAboutClassesThatExist() throws IOException {
        List<String> told = Files.readAllLines(DISTRIBUTION.resolve("lib/compiler.options")).stream()
                .filter(line -> line.startsWith("-XX:CompileCommand=") && line.contains(OURS))
                .map(line -> line.substring(line.indexOf(OURS)).split(",")[0])
                .toList();
        assertThat(told).hasSizeGreaterThanOrEqualTo(3);
        for (String name : told) {
            String owner = name.substring(0, name.indexOf("::"));
            String method = name.substring(name.indexOf("::") + 2);
            assertThat(classes.stream()
                            .filter(each -> owner.endsWith(".*")
                                    ? each.getPackageName().equals(owner.substring(0, owner.length() - 2))
                                    : each.getName().equals(owner))
                            .flatMap(each -> each.getMethods().stream())
                            .anyMatch(
                                    each -> method.equals("*") || each.getName().equals(method)))
                    .as(name)
                    .isTrue();
        }
    }
}
