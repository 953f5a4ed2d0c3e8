/**
 * Builds the pages into target/classes, the package of the client into target/client and as an archive beside it, and into target/maps which
 * line of the pages came from which source. Does nothing when the result is there and its inputs are the same; the same inputs give the
 * same bytes.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientManifest } from './client-manifest.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const out = join(root, 'target/classes/org/geometryos/compositor/web/site');
const client = join(root, 'target/client');
const maps = join(root, 'target/maps');
const stamp = join(root, 'target/site.stamp');
const installed = join(root, 'node_modules/.installed');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

/** The pages for operators. They have one frame, in which this differs. */
const FRAMED = {
  walls: { heading: 'Walls', title: 'Compositor walls', description: 'Walls of the Compositor Bridge' },
  recordings: { heading: 'Recordings', title: 'Compositor recordings', description: 'Recordings of the Compositor Bridge' },
  admin: { heading: 'Operator', title: 'Compositor operator', description: "The operator's page of the Compositor Bridge" },
};

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** All files below a folder, sorted, without tests. */
function files(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'test')
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

const lock = readFileSync(join(root, 'package-lock.json'));
const sources = [join(root, 'build.mjs'), join(root, 'build-client.mjs'), ...files(join(root, 'pages')), ...files(join(root, 'client'))];
const inputs = sha256(lock, JSON.stringify(clientManifest(root)), ...sources.flatMap((file) => [relative(root, file).replaceAll(sep, '/'), '\0', readFileSync(file), '\0']));
const lockHash = sha256(lock);

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

if (read(installed) !== lockHash) {
  const windows = process.platform === 'win32';
  const npm = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts'], { cwd: root, stdio: 'inherit', shell: windows, timeout: 600_000 });
  if (npm.error) throw npm.error;
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(installed, lockHash);
}

if (read(stamp) === inputs && existsSync(join(out, 'index')) && existsSync(client) && existsSync(maps)) {
  console.log('pages are up to date');
  process.exit(0);
}

const { build } = await import('esbuild');
const { buildClient, checkTypes } = await import('./build-client.mjs');
checkTypes(root, 'pages');
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });
mkdirSync(maps, { recursive: true });

const common = {
  absWorkingDir: root,
  outdir: join(out, 'assets'),
  bundle: true,
  minify: true,
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  write: false,
  logLevel: 'warning',
};
// A browser that is too old for the pages runs this one, and says so.
const first = await build({ ...common, entryPoints: ['pages/shared/first.js'], format: 'iife', target: 'es2018' });
const result = await build({
  ...common,
  entryPoints: {
    app: 'pages/shell/app.js',
    wall: 'pages/wall/wall.js',
    admin: 'pages/admin/admin.js',
    walls: 'pages/walls/walls.js',
    wallview: 'pages/walls/view.js',
    recordings: 'pages/recordings/recordings.js',
    display2d: 'pages/canvas/display2d.js',
    display3d: 'pages/stage/display3d.js',
  },
  format: 'esm',
  target: 'es2022',
  metafile: true,
  plugins: [{
    // The pages load the client as everybody else does, from beside them.
    name: 'client',
    setup({ onResolve }) {
      onResolve({ filter: /\/compositor-client\.js$/ }, () => ({ path: '../compositor-client.js', external: true }));
    },
  }],
});
for (const { path, contents } of [...first.outputFiles, ...result.outputFiles]) writeFileSync(path.endsWith('.map') ? join(maps, basename(path)) : path, contents);

const joined = (to, ...from) => writeFileSync(join(out, to), from.map((file) => readFileSync(join(root, file), 'utf8')).join('\n'));
const copy = (from, to) => writeFileSync(join(out, to), readFileSync(join(root, from)));
copy('pages/shell/index.html', 'index.html');
copy('pages/wall/wall.html', 'wall.html');
copy('pages/walls/view.html', 'wallview.html');
for (const name of Object.keys(FRAMED)) writeFileSync(join(out, `${name}.html`), framed(name));
joined('assets/app.css', 'pages/shared/base.css', 'pages/shell/app.css');
joined('assets/admin.css', 'pages/shared/base.css', 'pages/admin/admin.css');
joined('assets/walls.css', 'pages/shared/base.css', 'pages/admin/admin.css', 'pages/walls/walls.css');
joined('assets/recordings.css', 'pages/shared/base.css', 'pages/admin/admin.css', 'pages/recordings/recordings.css');
copy('pages/walls/view.css', 'assets/wallview.css');
copy('pages/wall/wall.css', 'assets/wall.css');
writeFileSync(join(out, 'assets/demo.json'), '{}');
await buildClient(root, client);
copy('target/client/compositor-client.js', 'compositor-client.js');
copy('target/client/compositor-timers.js', 'compositor-timers.js');
writeFileSync(join(out, 'assets/licenses.txt'), licenses(Object.keys(result.metafile.inputs)));

// One line per file, which is all the servlet needs to know: path, content type, digest.
const index = files(out).map((file) => [
  relative(out, file).replaceAll(sep, '/'), TYPES[extname(file)], sha256(readFileSync(file)).slice(0, 32),
].join('\t'));
writeFileSync(join(out, 'index'), `${index.join('\n')}\n`);
writeFileSync(stamp, inputs);
console.log(`pages built: ${index.length} files`);

/** A page in the frame, with links to the others; the one to the operator's page is for those whom it takes. */
function framed(name) {
  const links = Object.keys(FRAMED).filter((other) => other !== name)
    .map((other) => `<a class="link" href="${other}"${other === 'admin' ? ' id="to-operator" hidden' : ''}>${FRAMED[other].heading}</a>`);
  const fields = { name, ...FRAMED[name], links: links.join('\n    '), main: readFileSync(join(root, `pages/${name}/${name}.html`), 'utf8') };
  return readFileSync(join(root, 'pages/shared/frame.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (all, field) => fields[field]);
}

/** The licences of the packages that went into the pages. */
function licenses(paths) {
  const names = new Set(paths.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  return [...names].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
    return `${name} ${version}\n${'='.repeat(72)}\n${text}\n`;
  }).join('\n\n');
}
