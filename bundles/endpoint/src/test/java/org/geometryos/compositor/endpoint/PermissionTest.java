package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ClientMessage.Control.Action;
import org.geometryos.compositor.protocol.RequestId;
import org.junit.jupiter.api.Test;

class PermissionTest {
    private static final Optional<RequestId> NO_ID = Optional.empty();
    private static final CameraUpdate UPDATE = new CameraUpdate("main", new View2d(0, 0, 1, 0));

    private static void needs(Role role, boolean operator, ClientMessage... messages) {
        for (ClientMessage message : messages) {
            Permission needed = Permission.of(message);
            assertThat(needed.role()).as("role for " + message).isEqualTo(role);
            assertThat(needed.operator()).as("operator, for " + message).isEqualTo(operator);
        }
    }

    @Test
    void whoLooksNeedsNoMoreThanTheRoleToView() {
        needs(
                Role.VIEW,
                false,
                new ClientMessage.Settings(NO_ID, DisplaySettings.EMPTY),
                new ClientMessage.Subscribe(NO_ID, Subscription.NONE),
                new ClientMessage.Unsubscribe(NO_ID),
                new ClientMessage.Replay(NO_ID, Optional.of("tour"), Optional.empty()));
    }

    @Test
    void whoDrivesNeedsTheRoleToControl() {
        needs(
                Role.CONTROL,
                false,
                new ClientMessage.Camera(NO_ID, UPDATE),
                new ClientMessage.Control(NO_ID, "main", Action.TAKE),
                new ClientMessage.Control(NO_ID, "main", Action.RELEASE),
                new ClientMessage.Control(NO_ID, "main", Action.ASK),
                new ClientMessage.Scene(NO_ID, List.of(), Optional.empty()),
                new ClientMessage.Replay(NO_ID, Optional.of("tour"), Optional.of(new PlaybackCommand.Pause())));
    }

    @Test
    void forceAndOperatingNeedTheRoleAdmin() {
        needs(Role.ADMIN, false, new ClientMessage.Control(NO_ID, "main", Action.TAKE, true));
        needs(Role.ADMIN, true, new ClientMessage.Admin(NO_ID, new ClientMessage.AdminAction.Undrain()));
    }

    @Test
    void theBeginningTheEndAndTheClockAreForEverybody() {
        needs(
                Role.VIEW,
                true,
                new ClientMessage.Hello(
                        NO_ID,
                        new Opening(Optional.empty(), Optional.empty(), true, Optional.empty(), Optional.empty())),
                new ClientMessage.Ping(NO_ID, 0),
                new ClientMessage.Bye(NO_ID));
    }
}
