/**
 * Builds the package of the JavaScript client into a folder, ready for `npm publish`: one module, its types, made by the compiler from
 * the comments, which checks them, README and licence. Beside the folder stands the archive that `npm install` takes.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { clientManifest } from './client-manifest.mjs';

/**
 * @param {string} root this folder
 * @param {string} out the package; what is there goes
 */
export async function buildClient(root, out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const header = /^\/\*\*.*?\*\/\n/s.exec(readFileSync(join(root, 'client/compositor-client.js'), 'utf8'))?.[0] ?? '';
  await build({
    absWorkingDir: root,
    entryPoints: ['client/compositor-client.js'],
    outfile: join(out, 'compositor-client.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    banner: { js: header },
    logLevel: 'warning',
  });
  copyFileSync(join(root, 'client/src/compositor-timers.js'), join(out, 'compositor-timers.js'));
  checkTypes(root, 'client', '--outDir', join(out, 'types'));
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(clientManifest(root), null, 2)}\n`);
  copyFileSync(join(root, 'client/README.md'), join(out, 'README.md'));
  copyFileSync(join(root, '../../LICENSE'), join(out, 'LICENSE'));
  pack(out);
}

/** Packs a folder into an archive beside it, in place of an earlier one. */
function pack(folder) {
  const beside = dirname(folder);
  for (const file of readdirSync(beside)) if (file.endsWith('.tgz')) rmSync(join(beside, file));
  const windows = process.platform === 'win32';
  const { status, stderr, error } = spawnSync(windows ? 'npm.cmd' : 'npm', ['pack', folder, '--pack-destination', beside, '--loglevel=error'],
    { cwd: beside, encoding: 'utf8', timeout: 120_000, shell: windows });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
}

/**
 * Checks the types in the comments of a folder, which has a `tsconfig.json`.
 * @param {string} root this folder
 * @param {string} folder
 * @param {string[]} options of the compiler
 */
export function checkTypes(root, folder, ...options) {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, error } = spawnSync(process.execPath, [compiler, '-p', folder, ...options],
    { cwd: root, encoding: 'utf8', timeout: 120_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`the types of ${folder} do not hold:\n${stdout}`);
}
