/** Puts each example into one page and one script, in dist/. */

import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const EXAMPLES = ['openseadragon', 'maplibre', 'deckgl', 'pixi'];

const common = { bundle: true, format: 'esm', minify: true, target: 'es2022', logLevel: 'warning' };
await build({
  ...common,
  entryPoints: EXAMPLES.map((name) => here(`${name}.js`)),
  alias: { '@geometryos/compositor-client': here('../../../bundles/web/client/compositor-client.js') },
  outdir: here('dist'),
});
// MapLibre loads it from beside the script
await build({ ...common, entryPoints: [here('node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs')], outfile: here('dist/maplibre-gl-worker.mjs') });
for (const name of EXAMPLES) {
  writeFileSync(here(`dist/${name}.html`), `<!doctype html>
<meta charset="utf-8">
<title>${name}</title>
<style>html, body, #view { margin: 0; width: 100%; height: 100%; overflow: hidden; background: #10151c }</style>
<div id="view"></div>
<script type="module" src="${name}.js"></script>
`);
}
