/**
 * A display made of the package `ws`: node ws-client.mjs URL SUBPROTOCOL DISPLAY UPDATES
 *
 * Prints each message it receives as a line of JSON, the subprotocol before them and the close code after them, and closes
 * when it has so many updates of the cameras `tour` and `stage` each.
 */

import { Decoder, Encoder } from 'cbor-x';
import { WebSocket } from 'ws';

const [url, subprotocol, display, updates] = process.argv.slice(2);
const binary = subprotocol.endsWith('.cbor');
// Plain maps with text keys: no records, no tags.
const encoder = new Encoder({ useRecords: false, tagUint8Array: false });
const decoder = new Decoder({ mapsAsObjects: true });
const numbers = (_, value) => (typeof value === 'bigint' ? Number(value) : value);
const print = (value) => process.stdout.write(`${JSON.stringify(value, numbers)}\n`);

const socket = new WebSocket(url, subprotocol);
const send = (message) => socket.send(binary ? encoder.encode(message) : JSON.stringify(message));
const left = { tour: Number(updates), stage: Number(updates) };

socket.on('open', () => {
  print({ subprotocol: socket.protocol });
  send({ type: 'hello', display });
  send({ type: 'subscribe', id: 1, cameras: ['*'] });
});
socket.on('message', (data, isBinary) => {
  if (isBinary !== binary) print({ wrong: 'frame type' });
  const message = binary ? decoder.decode(data) : JSON.parse(data.toString('utf8'));
  print(message);
  if (message.type === 'camera') left[message.camera]--;
  if (socket.readyState === WebSocket.OPEN && left.tour <= 0 && left.stage <= 0) socket.close(1000);
});
socket.on('close', (closed) => print({ closed }));
socket.on('error', (error) => print({ error: String(error) }));
