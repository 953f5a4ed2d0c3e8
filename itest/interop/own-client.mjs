/**
 * A display made of our JavaScript client, as it is installed from the archive of the build: node own-client.mjs URL DISPLAY UPDATES
 *
 * Prints each message of the stream as a line of JSON, then drives a camera and prints, as `driven`, what came back of it;
 * the close code comes last.
 */

import { WebSocket } from 'ws';
import { CompositorClient } from '@geometryos/compositor-client';

const [url, display, updates] = process.argv.slice(2);
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** The client lets go of its socket when it closes; how that ended is heard here. */
class HeardWebSocket extends WebSocket {
  constructor(...options) {
    super(...options);
    this.on('open', () => print({ subprotocol: this.protocol }));
    this.on('close', (closed) => print({ closed }));
  }
}

const client = new CompositorClient({ url, display, WebSocket: HeardWebSocket, subscription: { cameras: ['*'] } });
const left = { tour: Number(updates), stage: Number(updates) };
const enough = new Promise((resolve) => {
  client.on('camera', ({ camera }) => {
    left[camera]--;
    if (left.tour <= 0 && left.stage <= 0) resolve();
  });
});
const silent = ['welcome', 'snapshot', 'camera', 'control'].map((type) => client.on(type, print));
client.on('error', (error) => print({ error: String(error) }));
client.on('ignored', (why) => print({ ignored: why }));

client.connect();
await client.ready(20_000);
await enough;
silent.forEach((stop) => stop());

const view = { kind: '2d', center: [12.5, -7.25], zoom: 1.5, rotation: 0.125, size: [640, 480] };
const back = new Promise((resolve) => {
  client.on('camera', (message) => { if (message.camera === 'driven/by-node') resolve(message); });
});
const ack = await client.drive('driven/by-node', view, { sample: 42, timecode: '01:02:03:04', confirm: true });
print({ driven: await back, ack, session: client.welcome.session, now: client.now(), holder: client.control.get('driven/by-node') ?? null });
client.close();
