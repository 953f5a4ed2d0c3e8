/** Walls of the stand-in: their states, what their members report, and a plain choice of the delay. */

const FIRST_DELAY = 100_000;
const AHEAD = 500_000;

/** @param {() => number} micros the server's clock */
export function startWalls(micros) {
  const walls = new Map();
  const reports = new Map();

  const withDelay = (wall, ms) => {
    const now = micros();
    const last = wall.delay?.at(-1);
    if (ms === undefined && last !== undefined) return wall;
    const to = ms === undefined || ms === 0 ? FIRST_DELAY : ms * 1000;
    if (last === undefined) return { ...wall, delay: [{ from: now, value: to, until: now, to }] };
    const from = now + AHEAD;
    return { ...wall, delay: [last, { from, value: last.to, until: Math.round(from + Math.abs(to - last.to) / 0.02), to }] };
  };

  return {
    walls,
    /** @returns {object} the wall as it is now: what is given goes over what was there */
    set(name, { delay, minDelay, maxDelay, picture, ...given }) {
      const before = walls.get(name) ?? { type: 'wall', wall: name, unit: 'px', fit: 'contain', view: 'camera', members: [] };
      const next = withDelay({ ...before, ...given }, delay);
      for (const [field, value] of Object.entries(next)) if (value === null || value === '') delete next[field];
      if (picture === null) delete next.picture;
      else if (picture !== undefined) next.picture = picture;
      walls.set(name, next);
      return next;
    },
    wallOf: (display) => [...walls.values()].find(({ members }) => members.some((member) => member.display === display))?.wall,
    report: (display, report) => reports.set(display, { ...report, received: micros() }),
    /** As `GET /compositor/walls` tells it. */
    told(connected) {
      const now = micros();
      return [...walls.values()].map(({ type, seq, ...wall }) => {
        const its = wall.members.map(({ display }) => [display, reports.get(display)]).filter(([, report]) => report?.wall === wall.wall && now - report.received < 5e6);
        const shown = its.filter(([, { frames }]) => frames > 0).map(([display, { at, shown: moment }]) => [display, moment + now - at]);
        const ordered = shown.map(([, moment]) => moment).sort((a, b) => a - b);
        const middle = ordered[Math.floor(ordered.length / 2)];
        const members = Object.fromEntries(wall.members.map(({ display }) => {
          const report = reports.get(display);
          const fresh = its.find(([name]) => name === display)?.[1];
          const moment = shown.find(([name]) => name === display)?.[1];
          return [display, {
            connected: connected(display), age50: fresh && fresh.age.p50 / 1000, age99: fresh && fresh.age.p99 / 1000, late: fresh ? fresh.late / Math.max(1, fresh.frames) : 0,
            clock: fresh && fresh.clock / 1000, apart: moment === undefined ? undefined : (moment - middle) / 1000, counted: fresh !== undefined,
            reason: fresh === undefined ? 'it has not reported for 5 s' : undefined, reported: report && (now - report.received) / 1e3,
          }];
        }));
        const last = wall.delay?.at(-1);
        return {
          ...wall, configured: { delay: 0 }, configuration: `org.geometryos.compositor.wall~${wall.wall}`, lasts: true,
          figures: {
            skew: ordered.length < 2 ? undefined : (ordered.at(-1) - ordered[0]) / 1000, late: 0, delay: last && last.to / 1000,
            slowest: its.sort((a, b) => b[1].age.p99 - a[1].age.p99)[0]?.[0], members,
          },
        };
      });
    },
  };
}
