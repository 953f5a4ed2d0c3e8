package org.geometryos.compositor.benchmark;

import java.util.List;

/**
 * What the displays of a load generator do.
 *
 * @param hello the first message of each; {@code #} stands for the number of the display, from 0
 * @param handshakes how many are under way at a time, at most; below 50, the backlog of Java's server sockets
 */
record LoadScript(String path, String subprotocol, String hello, int handshakes) {

    String hello(int number) {
        return hello.replace("#", Integer.toString(number));
    }

    List<String> toArguments() {
        return List.of(path, subprotocol, hello, Integer.toString(handshakes));
    }

    static LoadScript fromArguments(List<String> arguments) {
        return new LoadScript(arguments.get(0), arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3)));
    }
}
