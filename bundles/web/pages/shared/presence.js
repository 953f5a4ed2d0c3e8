/** Who is there: the displays of all sessions, as the server says. */
export class Presence {
  /** @param {import('../../client/compositor-client.js').CompositorClient} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, {session: string, display: string, user?: string, connected: boolean, settings?: object}>} */
    this.displays = new Map();
    /** Grows with each change. */
    this.version = 0;
    client.on('snapshot', ({ all, displays }) => {
      if (displays === undefined && all !== true) return;
      this.displays.clear();
      for (const display of displays ?? []) this.#take(display);
      this.version++;
    });
    client.on('display', (message) => {
      if (message.action === 'left') this.displays.delete(message.session);
      else this.#take(message);
      this.version++;
    });
    client.on('control', () => { this.version++; });
  }

  #take(message) {
    if (typeof message?.session === 'string' && typeof message.display === 'string') {
      this.displays.set(message.session, { ...message, connected: message.connected !== false });
    }
  }

  /** Own display first, then by name. */
  sorted() {
    const own = this.client.welcome?.session;
    return [...this.displays.values()].sort((a, b) => Number(b.session === own) - Number(a.session === own) || a.display.localeCompare(b.display));
  }

  /** Names of the cameras that a session drives. */
  drives(session) {
    const names = [];
    for (const [camera, control] of this.client.control) if (control.session === session) names.push(camera);
    return names.sort();
  }
}
