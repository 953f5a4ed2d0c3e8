package org.geometryos.compositor.launcher.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Puts the {@link LogGuard} before whatever {@code logback.xml} says, and the {@link LogRing} beside it, also after it
 * was read anew; found by logback as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogGuardSetup extends ContextAwareBase implements Configurator, LoggerContextListener {

    private final LogGuard guard = new LogGuard();
    private final LogRing ring = new LogRing();

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        guard.setContext(context);
        guard(context);
        context.addListener(this);
        return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }

    private void guard(LoggerContext context) {
        guard.start();
        context.addTurboFilter(guard);
        ring.attach(context);
    }

    LogGuard guard() {
        return guard;
    }

    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onReset(LoggerContext context) {
        guard(context);
    }

    @Override
    public void onStart(LoggerContext context) {
        // it is there already
    }

    @Override
    public void onStop(LoggerContext context) {
        // it goes with the context
    }

    @Override
    public void onLevelChange(Logger logger, Level level) {
        // asked at each line
    }
}
