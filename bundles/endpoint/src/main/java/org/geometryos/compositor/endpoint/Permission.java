package org.geometryos.compositor.endpoint;

import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.protocol.ClientMessage;

/** What a greeted connection needs to be allowed a request: its role, and whether one that came to operate may. */
enum Permission {
    ANYBODY(Role.VIEW, true),
    DISPLAY(Role.VIEW, false),
    DRIVER(Role.CONTROL, false),
    FORCE(Role.ADMIN, false),
    OPERATOR(Role.ADMIN, true);

    private static final ClientMessage.Visitor<Permission, RuntimeException> FOR = new Table();

    private final Role role;
    private final boolean operator;

    Permission(Role role, boolean operator) {
        this.role = role;
        this.operator = operator;
    }

    /** What the message needs. */
    static Permission of(ClientMessage message) {
        return message.accept(FOR);
    }

    /** The least role. */
    Role role() {
        return role;
    }

    /** Whether a connection that is for admin requests only may, too. */
    boolean operator() {
        return operator;
    }

    private static final class Table implements ClientMessage.Visitor<Permission, RuntimeException> {

        @Override
        public Permission hello(ClientMessage.Hello message) {
            return ANYBODY;
        }

        @Override
        public Permission settings(ClientMessage.Settings message) {
            return DISPLAY;
        }

        @Override
        public Permission subscribe(ClientMessage.Subscribe message) {
            return DISPLAY;
        }

        @Override
        public Permission unsubscribe(ClientMessage.Unsubscribe message) {
            return DISPLAY;
        }

        @Override
        public Permission camera(ClientMessage.Camera message) {
            return DRIVER;
        }

        @Override
        public Permission control(ClientMessage.Control message) {
            return message.force() ? FORCE : DRIVER;
        }

        @Override
        public Permission scene(ClientMessage.Scene message) {
            return DRIVER;
        }

        @Override
        public Permission tiles(ClientMessage.Tiles message) {
            return DRIVER;
        }

        @Override
        public Permission replay(ClientMessage.Replay message) {
            return message.command().isPresent() ? DRIVER : DISPLAY;
        }

        @Override
        public Permission ping(ClientMessage.Ping message) {
            return ANYBODY;
        }

        @Override
        public Permission admin(ClientMessage.Admin message) {
            return OPERATOR;
        }

        @Override
        public Permission bye(ClientMessage.Bye message) {
            return ANYBODY;
        }
    }
}
