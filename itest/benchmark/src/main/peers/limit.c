/*
 * The physical limit: what a machine takes to hand small messages to many sockets when a server does nothing else. One thread, one epoll,
 * one frame laid out per update, one send() per display and update. With the argument "merge", updates that have come together go out in
 * one send() per display. It understands just enough of WebSocket to be measured by our load generator, whose key is always the
 * sample of RFC 6455. Not a server for anything else. Prints "ready PORT"; ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKETS 65536
#define KEPT 65536
#define STUCK_MILLIS 2000

enum role { HANDSHAKE, DISPLAY, SOURCE };

struct peer {
    enum role role;
    int length; /* of what is kept */
    unsigned char *kept; /* input that is not complete yet; only while there is some */
};

static struct peer peers[SOCKETS]; /* by descriptor */
static int displays[SOCKETS], count;
static unsigned char in[KEPT * 2], out[KEPT * 3];
static int merge, events;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void drop(int fd) {
    for (int i = 0; i < count; i++) {
        if (displays[i] == fd) {
            displays[i] = displays[--count];
            break;
        }
    }
    free(peers[fd].kept);
    memset(&peers[fd], 0, sizeof peers[fd]);
    close(fd);
}

/* Sends all of it; waits for a socket that takes nothing, but not for ever. Returns 0 if the peer is to be dropped. */
static int deliver(int fd, const unsigned char *data, int length) {
    while (length > 0) {
        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd wait = { fd, POLLOUT, 0 };
            if (poll(&wait, 1, STUCK_MILLIS) <= 0) {
                return 0;
            }
            continue;
        }
        if (n < 0 && errno != EINTR) {
            return 0;
        }
        if (n > 0) {
            data += n;
            length -= n;
        }
    }
    return 1;
}

static void broadcast(const unsigned char *frames, int length) {
    for (int i = 0; i < count;) {
        int fd = displays[i];
        if (deliver(fd, frames, length)) {
            i++;
        } else {
            drop(fd); /* the last display is now at i */
        }
    }
}

static int text_frame(unsigned char *to, const unsigned char *payload, int length) {
    int header = length < 126 ? 2 : 4;
    to[0] = 0x81;
    if (length < 126) {
        to[1] = length;
    } else {
        to[1] = 126;
        to[2] = length >> 8;
        to[3] = length;
    }
    memcpy(to + header, payload, length);
    return header + length;
}

static int upgrade(int fd, const char *request) {
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: compositor.v1.json\r\n\r\n";
    if (!strstr(request, "dGhlIHNhbXBsZSBub25jZQ==")) {
        return 0;
    }
    peers[fd].role = strncmp(request, "GET /camera ", 12) == 0 ? SOURCE : DISPLAY;
    if (peers[fd].role == DISPLAY) {
        displays[count++] = fd;
    }
    return deliver(fd, (const unsigned char *) answer, sizeof answer - 1);
}

/* Handles what has come from one peer. Returns how much of it is used, or -1 if the peer is to be dropped. */
static int take(int fd, unsigned char *data, int length) {
    int used = 0, laid = 0;
    if (peers[fd].role == HANDSHAKE) {
        unsigned char *end = memmem(data, length, "\r\n\r\n", 4);
        if (!end) {
            return 0;
        }
        *end = 0;
        if (!upgrade(fd, (char *) data)) {
            return -1;
        }
        used = end + 4 - data;
    }
    for (;;) {
        unsigned char *frame = data + used;
        int left = length - used, header = 2;
        if (left < 2) {
            break;
        }
        int size = frame[1] & 0x7f, opcode = frame[0] & 0x0f;
        if (size == 127 || !(frame[1] & 0x80)) {
            return -1; /* too long, or not masked: not our load generator */
        }
        if (size == 126) {
            header = 4;
            if (left < 4) {
                break;
            }
            size = frame[2] << 8 | frame[3];
        }
        if (left < header + 4 + size) {
            break;
        }
        unsigned char *mask = frame + header, *payload = mask + 4;
        for (int i = 0; i < size; i++) {
            payload[i] ^= mask[i & 3];
        }
        used += header + 4 + size;
        if (opcode == 8) {
            return -1;
        }
        if (opcode != 1) {
            continue;
        }
        if (peers[fd].role == DISPLAY) {
            static unsigned char answer[256];
            static int answer_length;
            if (!answer_length) {
                unsigned char text[240];
                memset(text, '-', sizeof text);
                memcpy(text, "{\"type\":\"snapshot\",\"filler\":\"", 29);
                memcpy(text + sizeof text - 2, "\"}", 2);
                answer_length = text_frame(answer, text, sizeof text);
            }
            if (!deliver(fd, answer, answer_length)) {
                return -1;
            }
            continue;
        }
        laid += text_frame(out + laid, payload, size);
        if (!merge) {
            broadcast(out, laid);
            laid = 0;
        }
    }
    if (laid) {
        broadcast(out, laid);
    }
    return used;
}

static void input(int fd) {
    struct peer *peer = &peers[fd];
    if (peer->length) {
        memcpy(in, peer->kept, peer->length);
    }
    ssize_t n = recv(fd, in + peer->length, KEPT, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        drop(fd);
        return;
    }
    int length = peer->length + n, used = take(fd, in, length);
    if (used < 0 || length - used > KEPT) {
        drop(fd);
        return;
    }
    free(peer->kept);
    peer->kept = NULL;
    peer->length = length - used;
    if (peer->length) {
        peer->kept = malloc(peer->length);
        if (!peer->kept) {
            fail("malloc");
        }
        memcpy(peer->kept, in + used, peer->length);
    }
}

static void watch(int fd) {
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_ctl(events, EPOLL_CTL_ADD, fd, &event) < 0) {
        fail("epoll_ctl");
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int one = 1, server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    merge = argc > 1 && strcmp(argv[1], "merge") == 0;
    if (server < 0 || bind(server, (struct sockaddr *) &address, sizeof address) < 0 || listen(server, 4096) < 0
            || getsockname(server, (struct sockaddr *) &address, &size) < 0) {
        fail("socket");
    }
    events = epoll_create1(0);
    watch(server);
    watch(STDIN_FILENO);
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        struct epoll_event ready[256];
        int n = epoll_wait(events, ready, 256, -1);
        if (n < 0 && errno != EINTR) {
            fail("epoll_wait");
        }
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == STDIN_FILENO) {
                char rest[64];
                if (read(fd, rest, sizeof rest) <= 0) {
                    return 0;
                }
            } else if (fd == server) {
                for (int peer; (peer = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
                    if (peer >= SOCKETS) {
                        close(peer);
                        continue;
                    }
                    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    memset(&peers[peer], 0, sizeof peers[peer]);
                    watch(peer);
                }
            } else {
                input(fd);
            }
        }
    }
}
