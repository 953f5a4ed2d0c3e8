import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const built = join(root, 'target/client');
const folder = mkdtempSync(join(tmpdir(), 'compositor-client-'));

/** Runs a program and gives what it printed. */
function run(command, args, cwd = folder) {
  const windows = process.platform === 'win32' && command === 'npm';
  const { status, stdout, stderr, error } = spawnSync(windows ? 'npm.cmd' : command, args, { cwd, encoding: 'utf8', timeout: 120_000, shell: windows });
  if (error) throw error;
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

let packed;

before(() => {
  assert.ok(existsSync(built), 'the package is not built: npm run build');
  [packed] = JSON.parse(run('npm', ['pack', built, '--json', '--pack-destination', folder]));
  writeFileSync(join(folder, 'package.json'), '{"name":"fresh","version":"1.0.0","type":"module"}');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, packed.filename)]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the package has the module, its clock for hidden pages, its types, README and licence, and nothing else', () => {
  const files = packed.files.map(({ path }) => path).sort();
  assert.deepEqual(files.filter((path) => !path.startsWith('types/src/')),
    ['LICENSE', 'README.md', 'compositor-client.js', 'compositor-timers.js', 'package.json', 'types/compositor-client.d.ts']);
  assert.ok(files.filter((path) => path.startsWith('types/src/')).every((path) => path.endsWith('.d.ts')));
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/@geometryos/compositor-client/package.json'), 'utf8'));
  assert.equal(manifest.private, undefined);
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.license, 'Apache-2.0');
});

test('it has the version of the build, and the build leaves the same archive beside it', () => {
  const [, version] = /<version>([^<]+)</.exec(readFileSync(join(root, 'pom.xml'), 'utf8'));
  assert.equal(packed.version, version);
  const archives = readdirSync(dirname(built)).filter((name) => name.endsWith('.tgz'));
  assert.deepEqual(archives, [packed.filename]);
  const [left, right] = [dirname(built), folder].map((where) => readFileSync(join(where, packed.filename)));
  assert.ok(left.equals(right));
});

test('it is one module that needs no other', () => {
  const text = readFileSync(join(folder, 'node_modules/@geometryos/compositor-client/compositor-client.js'), 'utf8');
  assert.doesNotMatch(text, /^\s*import[\s{]|\bimport\(|\brequire\(/m);
});

test('a fresh folder can import it, and gets the names of the source', async () => {
  writeFileSync(join(folder, 'names.mjs'), "import * as all from '@geometryos/compositor-client'; console.log(JSON.stringify(Object.keys(all)));");
  assert.deepEqual(JSON.parse(run(process.execPath, ['names.mjs'])), Object.keys(await import('../compositor-client.js')));
});

test('its types hold for a program in TypeScript, and refuse what is wrong', () => {
  copyFileSync(join(root, 'client/examples/typed.ts'), join(folder, 'typed.ts'));
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom',
    '--module', 'nodenext', 'typed.ts']);
});
