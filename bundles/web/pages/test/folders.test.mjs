import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** Which folders of the pages a folder uses, beside itself. */
const USES = { shared: [], canvas: ['shared'], stage: ['shared'], shell: ['shared', 'canvas', 'stage'], wall: ['shared'], admin: ['shared'], walls: ['shared', 'admin'], recordings: ['shared', 'admin'] };
const root = new URL('../', import.meta.url);

test('each folder of the pages uses those below it alone', () => {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'test').map(({ name }) => name);
  assert.deepEqual(folders.sort(), Object.keys(USES).sort());
  for (const folder of folders) {
    const used = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.js'))
      .flatMap((name) => [...readFileSync(new URL(`${folder}/${name}`, root), 'utf8').matchAll(/^(?:import|\}) .*from '\.\.\/(\w+)\//gm)])
      .map(([, name]) => name);
    if (folder !== 'shared') assert.ok(used.length > 0, folder);
    assert.deepEqual([...new Set(used)].filter((name) => !USES[folder].includes(name)), [], folder);
  }
});
