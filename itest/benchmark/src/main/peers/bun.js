// The peer on Bun: what a source sends goes to each display, through the topic that Bun offers for it.
const answer = JSON.stringify({ type: "snapshot", filler: "-".repeat(200) });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const source = new URL(request.url).pathname === "/camera";
    const headers = { "Sec-WebSocket-Protocol": "compositor.v1.json" };
    if (!server.upgrade(request, { data: { source }, headers })) {
      return new Response("a WebSocket is expected", { status: 426 });
    }
  },
  websocket: {
    open(socket) {
      if (!socket.data.source) {
        socket.subscribe("cameras");
      }
    },
    message(socket, text) {
      if (socket.data.source) {
        server.publish("cameras", text);
      } else {
        socket.send(answer);
      }
    },
  },
});
console.log(`ready ${server.port}`);
