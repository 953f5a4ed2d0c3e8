package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.launcher.deploy.Outcomes.State;
import org.geometryos.compositor.launcher.deploy.Provisioner.Gone;
import org.geometryos.compositor.launcher.deploy.Provisioner.Provisioned;
import org.geometryos.compositor.launcher.deploy.Swap.Step;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what runs follow {@code deploy/} while the host runs. A file takes the place of the installed bundle of its
 * symbolic name, whatever their versions; when it goes, the distribution's own bundle is back. What does not resolve or
 * start changes nothing: what ran before runs on. Each outcome is one line.
 *
 * <p>One thread, {@code compositor-deploy}, between {@link #start} and {@link #stop}.
 *
 * <p>It is one class, since trying out, taking back and telling work on the same turn: what one has done decides the
 * next.
 */
public final class Deployer {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long STOP_MILLIS = 1_000;
    /** How long a bundle may take to start or stop before that is said. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final BundleContext context;
    private final DeployFolder folder;
    private final Cache cache;
    private final Function<Upload, Source> stranger;
    private final Swap swap;
    private final Outcomes outcomes = new Outcomes();
    private final AtomicLong changes = new AtomicLong();
    private final SynchronousBundleListener listener = event -> {
        if (!event.getBundle().getLocation().startsWith(Trial.LOCATION)) {
            changes.incrementAndGet();
        }
    };
    private final GuardedLoop loop = GuardedLoop.of("compositor-deploy", this::turn);
    private volatile Function<BundleException, String> reason = e -> String.valueOf(e.getMessage());
    private volatile Work work = Work.NONE;

    /** What the distribution consists of, by symbolic name. */
    private final Map<String, Source> own;
    // of the loop alone
    /** Also read by {@link #content}. */
    private final Map<String, Source> current;

    private final Map<String, Gone> goneBefore;
    /** What was tried in vain: not again before something else comes, as what is missing may come with it. */
    private final Map<Upload, String> lacking = new LinkedHashMap<>();
    /** What failed when it ran: not again before it is replaced. */
    private final Map<Upload, String> failed = new LinkedHashMap<>();
    /** Why what is installed does not run, by symbolic name. */
    private final Map<String, String> idle = new LinkedHashMap<>();

    private Set<Upload> known = Set.of();
    private long knownChanges = -1;
    private boolean begun;
    private String trouble = "";

    /** What it is at, for those who wait. */
    private record Work(String what, long since) {
        static final Work NONE = new Work("", 0);
    }

    Deployer(
            BundleContext context,
            DeployFolder folder,
            Cache cache,
            Provisioned provisioned,
            Function<Upload, Source> stranger) {
        this.context = context;
        this.folder = folder;
        this.cache = cache;
        this.stranger = stranger;
        this.swap = new Swap(context);
        this.own = Map.copyOf(provisioned.own());
        this.current = new ConcurrentSkipListMap<>(provisioned.current());
        this.failed.putAll(provisioned.failed());
        this.goneBefore = provisioned.gone();
    }

    /** @param explains an exception of the framework, in a line */
    public void start(Function<BundleException, String> explains) {
        reason = explains;
        context.addBundleListener(listener);
        new BundleLog(() -> Thread.currentThread() == loop.thread(), line -> LOG.info("{}", line)).open(context);
        loop.start();
    }

    /** Ends the thread, after what it is at; waits for it a second at most. */
    public void stop() {
        loop.stop(STOP_MILLIS);
    }

    /** The line about the bundle deployed last; empty: none was. */
    public String last() {
        return outcomes.last();
    }

    /**
     * What a bundle was installed from, as it is now; null if it did not come from here. Any thread; the caller closes.
     */
    public InputStream content(String location) {
        for (Source source : current.values()) {
            if (source.location().equals(location)) {
                try {
                    return source.open();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return null;
    }

    /**
     * The health of hot deployment in values of the JDK, with {@code deployments}: one map for each file, and
     * {@code distribution}: the symbolic names of the bundles that the distribution consists of.
     */
    public Map<String, Object> health() {
        List<Map<String, Object>> problems = new ArrayList<>();
        outcomes.troubles().forEach(line -> problems.add(Map.of("level", "WARNING", "text", line)));
        loop.health()
                .problems()
                .forEach(each -> problems.add(Map.of("level", each.level().name(), "text", each.text())));
        Work now = work;
        if (now != Work.NONE && System.nanoTime() - now.since > LONG_NANOS) {
            problems.add(Map.of(
                    "level",
                    "WARNING",
                    "text",
                    now.what + " has not started or stopped since "
                            + Failures.timeOfDay(System.nanoTime() - now.since)));
        }
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("problems", problems);
        health.put("budgets", List.of());
        health.put("deployments", outcomes.report());
        health.put("distribution", List.copyOf(own.keySet()));
        return health;
    }

    // ---- a turn

    private long turn() throws IOException {
        if (context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() != Bundle.ACTIVE) {
            return TimeUnit.MILLISECONDS.toNanos(50);
        }
        Optional<List<Upload>> looked = folder.look();
        if (!folder.trouble().equals(trouble)) {
            trouble = folder.trouble();
            outcomes.say(trouble.isEmpty(), "deploy/ " + (trouble.isEmpty() ? "can be read again" : trouble));
        }
        if (looked.isEmpty()) {
            return LOOK_NANOS;
        }
        List<Upload> uploads = looked.get();
        if (!begun) {
            begun = true;
            begin(uploads);
        }
        boolean same = known.equals(Set.copyOf(uploads));
        if (same && (knownChanges == changes.get() || !somethingWaits())) {
            return LOOK_NANOS;
        }
        known = Set.copyOf(uploads);
        lacking.clear();
        failed.keySet().retainAll(known);
        outcomes.retain(uploads);
        for (int tries = uploads.size() + 1; tries > 0 && follow(uploads) && !loop.stopped(); tries--) {
            LOG.debug("the next best of deploy/ is tried");
        }
        awaken();
        tell(uploads);
        folder.keep(current.values().stream().map(source -> source.jar().file()).collect(Collectors.toSet()));
        knownChanges = changes.get();
        return LOOK_NANOS;
    }

    private boolean somethingWaits() {
        return !lacking.isEmpty()
                || current.values().stream().anyMatch(source -> source.upload().isPresent() && !runs(source));
    }

    private Choice choice(Collection<Upload> uploads) {
        return Choice.of(uploads, file -> !lacking.containsKey(file) && !failed.containsKey(file));
    }

    /** @return whether something failed, so that another file's turn may have come */
    private boolean follow(List<Upload> uploads) throws IOException {
        Map<String, Upload> chosen = choice(uploads).chosen();
        Set<String> names = new TreeSet<>(chosen.keySet());
        current.forEach((name, source) -> source.upload().ifPresent(file -> names.add(name)));
        List<Step> steps = new ArrayList<>();
        for (String name : names) {
            Optional<Source> now = Optional.ofNullable(current.get(name));
            Optional<Source> wanted = wanted(name, chosen.get(name), now, uploads);
            if (wanted.isPresent() && now.isPresent() && same(wanted.get(), now.get())) {
                // it may have another name now
                current.put(name, wanted.get());
            } else if (!wanted.equals(now)) {
                steps.add(new Step(now, wanted));
            }
        }
        return !steps.isEmpty() && apply(steps);
    }

    private Optional<Source> wanted(String name, Upload file, Optional<Source> now, List<Upload> uploads) {
        if (file != null) {
            return Optional.of(own.containsKey(name) ? own.get(name).from(file) : stranger.apply(file));
        }
        // a file that cannot be used is no reason to go back behind what runs
        boolean held = uploads.stream().anyMatch(each -> each.bundle().equals(name));
        return held && now.isPresent() ? now : Optional.ofNullable(own.get(name));
    }

    private static boolean same(Source a, Source b) {
        return a.upload().map(Upload::stamp).equals(b.upload().map(Upload::stamp));
    }

    // ---- doing it

    /** @return whether something failed */
    private boolean apply(List<Step> all) throws IOException {
        List<Step> steps = new ArrayList<>(all);
        tryOut(steps);
        if (steps.isEmpty()) {
            return true;
        }
        boolean wholly = steps.size() == all.size();
        work = new Work(
                steps.stream()
                        .map(step -> step.after()
                                .or(step::before)
                                .orElseThrow()
                                .jar()
                                .title())
                        .collect(Collectors.joining(", ")),
                System.nanoTime());
        cache.changing();
        try {
            Set<Bundle> ran = swap.running();
            Map<Step, Exception> wrong = swap.apply(steps);
            if (loop.stopped()) {
                return false;
            }
            ran.removeAll(steps.stream()
                    .map(step -> context.getBundle(step.location()))
                    .toList());
            Map<Step, String> back = new LinkedHashMap<>();
            wrong.forEach((step, e) -> {
                if (step.after().flatMap(Source::upload).isPresent()
                        && (step.before().isPresent() || context.getBundle(step.location()) == null)) {
                    back.put(step, explain(e));
                }
            });
            if (back.isEmpty()) {
                noLongerRunning(ran)
                        .ifPresent(victim -> steps.stream()
                                .filter(step ->
                                        step.after().flatMap(Source::upload).isPresent())
                                .forEach(step -> back.put(step, "with it " + victim)));
            }
            takeBack(back);
            for (Step step : steps) {
                if (!back.containsKey(step)) {
                    settle(step, wrong.get(step));
                }
            }
            return !back.isEmpty() || !wholly;
        } finally {
            work = Work.NONE;
            // what the end of the host has interrupted is made anew at the next start
            if (!loop.stopped()) {
                cache.changed(Provisioner.prints(current));
            }
        }
    }

    /** Leaves out what would not resolve, if something runs in whose place it would come. */
    private void tryOut(List<Step> steps) {
        List<BundleJar> jars = steps.stream()
                .flatMap(step -> step.after().stream())
                .filter(source ->
                        source.upload().isPresent() && source.jar().host().isEmpty())
                .map(Source::jar)
                .toList();
        if (jars.isEmpty()) {
            return;
        }
        Map<BundleJar, String> unresolved = Trial.unresolved(context, jars, reason, swap::refresh);
        steps.removeIf(step -> {
            String why = step.after().map(after -> unresolved.get(after.jar())).orElse(null);
            if (why == null || step.before().isEmpty()) {
                return false;
            }
            lacking.put(step.after().get().upload().orElseThrow(), "cannot resolve: " + why);
            return true;
        });
    }

    /** What ran before and was not replaced runs on; otherwise the first that does not, and why. */
    private Optional<String> noLongerRunning(Set<Bundle> ran) {
        for (Bundle each : ran) {
            if (each.getState() != Bundle.UNINSTALLED && !Swap.runs(each)) {
                Optional<Exception> why = swap.start(each);
                if (why.isPresent()) {
                    return Optional.of(
                            each.getSymbolicName() + " " + each.getVersion() + " would not run: " + explain(why.get()));
                }
            }
        }
        return Optional.empty();
    }

    private void takeBack(Map<Step, String> steps) {
        if (steps.isEmpty() || loop.stopped()) {
            return;
        }
        List<Step> backwards = steps.keySet().stream().map(Step::back).toList();
        Map<Step, Exception> wrong = swap.apply(backwards);
        steps.forEach((step, why) -> {
            failed.put(step.after().flatMap(Source::upload).orElseThrow(), "does not run: " + why);
            Exception again = wrong.get(step.back());
            if (again != null) {
                outcomes.say(
                        false,
                        step.before().map(Source::title).orElse("nothing") + " does not run again: " + explain(again));
            }
        });
    }

    /** A step that was done. */
    private void settle(Step step, Exception wrong) {
        String name = step.after().or(step::before).orElseThrow().jar().name();
        if (step.after().isEmpty()) {
            Source gone = current.remove(name);
            outcomes.say(
                    true,
                    gone.upload().map(Upload::title).orElse("") + " is gone: "
                            + gone.jar().title() + " is uninstalled"
                            + (gone.jar().extendsFramework()
                                    ? "; the framework is without it from its next start on"
                                    : ""));
            return;
        }
        Source after = step.after().get();
        current.put(name, after);
        if (after.upload().isPresent()) {
            if (wrong != null) {
                idle.put(name, explain(wrong));
            } else {
                idle.remove(name);
                outcomes.done(after.upload().get(), State.RUNNING, running(after, step.before()), instead(name));
            }
        } else {
            Source before = step.before().orElseThrow();
            outcomes.say(
                    wrong == null,
                    before.upload().map(Upload::title).orElse("") + " is gone: " + after.title()
                            + (wrong == null ? " runs again" : " does not run: " + explain(wrong)) + " in place of "
                            + before.jar().version());
        }
    }

    private Optional<String> instead(String name) {
        return Optional.ofNullable(own.get(name))
                .map(source -> source.jar().version().toString());
    }

    private String running(Source after, Optional<Source> before) {
        if (after.jar().host().isPresent()) {
            return ": fragment " + after.jar().title() + " " + attached(after);
        }
        String line = ": " + after.jar().title() + " runs";
        if (before.isEmpty()) {
            return line;
        }
        line += " in place of " + (before.get().upload().isEmpty() ? "the distribution's " : "")
                + before.get().jar().version();
        Optional<String> gone = before.get()
                .upload()
                .map(Upload::file)
                .filter(file -> known.stream().noneMatch(each -> each.file().equals(file)));
        if (gone.isPresent()) {
            return line + ", as deploy/" + gone.get() + " is gone";
        }
        int compared = after.jar().version().compareTo(before.get().jar().version());
        return line + (compared == 0 ? " (the same version again)" : compared < 0 ? " (a downgrade)" : "");
    }

    private String attached(Source fragment) {
        if (fragment.jar().extendsFramework()) {
            return "extends the framework";
        }
        BundleWiring wiring = context.getBundle(fragment.location()).adapt(BundleWiring.class);
        List<BundleWire> wires = wiring == null ? List.of() : wiring.getRequiredWires("osgi.wiring.host");
        if (wires.isEmpty()) {
            List<Bundle> hosts = swap.hosts(fragment.jar());
            return "is attached to no bundle: " + fragment.jar().host().orElseThrow()
                    + (hosts.isEmpty()
                            ? " is not there"
                            : " " + hosts.get(0).getVersion() + " does not take it ("
                                    + fragment.jar().headers().getValue(Constants.FRAGMENT_HOST) + ")");
        }
        return "is attached to "
                + wires.stream()
                        .map(wire -> wire.getProvider().getSymbolicName() + " "
                                + wire.getProvider().getVersion())
                        .collect(Collectors.joining(", "));
    }

    // ---- at the start, and in between

    /** What was installed before the start: what of it does not run is taken back, and all of it is said. */
    private void begin(List<Upload> uploads) throws IOException {
        goneBefore.forEach((name, gone) -> outcomes.say(
                true,
                gone.file() + " is gone: "
                        + Optional.ofNullable(current.get(name))
                                .map(now -> now.title() + " runs again in place of " + gone.version())
                                .orElse(name + " " + gone.version() + " is uninstalled")));
        List<Step> back = new ArrayList<>();
        for (Source each : List.copyOf(current.values())) {
            if (each.upload().isPresent() && each.jar().host().isEmpty()) {
                Bundle bundle = context.getBundle(each.location());
                Optional<Exception> why = Swap.runs(bundle) ? Optional.empty() : swap.start(bundle);
                if (why.isPresent() && !own.containsKey(each.jar().name())) {
                    idle.put(each.jar().name(), explain(why.get()));
                } else if (why.isPresent()) {
                    failed.put(each.upload().get(), "does not run: " + explain(why.get()));
                    back.add(new Step(
                            Optional.of(each), Optional.of(own.get(each.jar().name()))));
                }
            }
        }
        if (back.isEmpty()) {
            back.addAll(thatStandInTheWay());
        }
        if (!back.isEmpty()) {
            cache.changing();
            swap.apply(back);
            back.forEach(step -> current.put(
                    step.after().orElseThrow().jar().name(), step.after().get()));
            cache.changed(Provisioner.prints(current));
        }
        for (Source each : current.values()) {
            if (each.upload().isPresent() && runs(each)) {
                outcomes.done(
                        each.upload().get(),
                        State.RUNNING,
                        running(each, Optional.ofNullable(own.get(each.jar().name()))),
                        instead(each.jar().name()));
            }
        }
    }

    /** Replaced bundles without which one of the distribution does not run. */
    private List<Step> thatStandInTheWay() {
        List<Step> back = new ArrayList<>();
        for (Source each : current.values()) {
            Bundle bundle = context.getBundle(each.location());
            if (each.upload().isEmpty()
                    && bundle != null
                    && !Swap.runs(bundle)
                    && each.jar().host().isEmpty()) {
                Optional<Exception> why = swap.start(bundle);
                if (why.isPresent()) {
                    current.values().stream()
                            .filter(other -> other.upload().isPresent()
                                    && own.containsKey(other.jar().name()))
                            .forEach(other -> {
                                failed.put(
                                        other.upload().get(),
                                        "does not run: with it " + each.jar().title() + " would not run: "
                                                + explain(why.get()));
                                back.add(new Step(
                                        Optional.of(other),
                                        Optional.of(own.get(other.jar().name()))));
                            });
                    return back;
                }
            }
        }
        return back;
    }

    /** Tries to start what lacked something. */
    private void awaken() {
        for (Source each : current.values()) {
            if (each.upload().isPresent() && !runs(each)) {
                Bundle bundle = context.getBundle(each.location());
                // a resolved one has failed by itself
                if (bundle.getState() == Bundle.INSTALLED
                        && resolves(bundle)
                        && swap.start(bundle).isEmpty()) {
                    idle.remove(each.jar().name());
                    outcomes.done(
                            each.upload().get(),
                            State.RUNNING,
                            running(each, Optional.empty()),
                            instead(each.jar().name()));
                }
            }
        }
    }

    private boolean resolves(Bundle bundle) {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .resolveBundles(List.of(bundle));
    }

    private boolean runs(Source source) {
        Bundle bundle = context.getBundle(source.location());
        return bundle != null && (Swap.isFragment(bundle) ? bundle.getState() == Bundle.RESOLVED : Swap.runs(bundle));
    }

    // ---- what is said

    private void tell(List<Upload> uploads) {
        Map<Upload, Upload> passedOver = choice(uploads).passedOver();
        Set<Upload> running = new HashSet<>();
        current.values().forEach(source -> source.upload().ifPresent(running::add));
        for (Upload file : new LinkedHashSet<>(uploads)) {
            String why = lacking.getOrDefault(file, failed.get(file));
            if (file.jar().isEmpty()) {
                outcomes.is(
                        file,
                        Upload.isJar(file.file()) ? State.REFUSED : State.UNUSED,
                        " " + file.refusal() + nowRunning(file.bundle()));
            } else if (why != null) {
                outcomes.is(
                        file, State.REFUSED, ": " + file.jar().get().title() + " " + why + nowRunning(file.bundle()));
            } else if (passedOver.containsKey(file)) {
                Upload best = passedOver.get(file);
                int compared = best.jar()
                        .orElseThrow()
                        .version()
                        .compareTo(file.jar().get().version());
                outcomes.is(
                        file,
                        State.UNUSED,
                        ": " + file.jar().get().title() + " is not used: " + best.title() + " holds "
                                + (compared > 0
                                        ? "the higher version "
                                                + best.jar().orElseThrow().version()
                                        : "the same version and was written later"));
            } else if (running.contains(file) && !runs(current.get(file.bundle()))) {
                outcomes.is(file, State.WAITING, waiting(current.get(file.bundle())));
            }
        }
    }

    private String waiting(Source source) {
        if (source.jar().host().isPresent()) {
            return ": fragment " + source.jar().title() + " " + attached(source);
        }
        Bundle bundle = context.getBundle(source.location());
        return ": bundle " + source.jar().title()
                + (bundle.getState() == Bundle.RESOLVED ? " does not start: " : " cannot resolve: ")
                + idle.getOrDefault(source.jar().name(), "it was stopped");
    }

    private String nowRunning(String name) {
        Source now = current.get(name);
        return now == null
                ? "; nothing is installed"
                : "; " + now.title() + (runs(now) ? " continues to run" : " is installed, but does not run");
    }

    private String explain(Exception e) {
        LOG.debug("a bundle does not run", e);
        String text = e instanceof BundleException framework ? reason.apply(framework) : String.valueOf(e.getMessage());
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
