// The peer on Node and ws: what a source sends goes to each display, one by one. Argument: the folder of the module.
const { createServer } = require("node:http");
const { WebSocketServer } = require(`${process.argv[2]}/ws`);

const answer = JSON.stringify({ type: "snapshot", filler: "-".repeat(200) });
const displays = new Set();
const http = createServer();
const server = new WebSocketServer({ server: http });

server.on("connection", (socket, request) => {
  const source = request.url === "/camera";
  socket.on("error", () => socket.terminate());
  if (source) {
    socket.on("message", (data) => displays.forEach((display) => display.send(data, { binary: false })));
    return;
  }
  displays.add(socket);
  socket.on("close", () => displays.delete(socket));
  socket.on("message", () => socket.send(answer));
});
http.listen(0, "127.0.0.1", () => console.log(`ready ${http.address().port}`));
