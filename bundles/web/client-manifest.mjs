import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What stands in an element of a POM; the first `version` is that of the parent, and all modules have the same. */
const element = (pom, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(readFileSync(pom, 'utf8'))?.[1];

/** `package.json` of the published client: with the version of the build, and with who publishes as soon as the POM says it. */
export function clientManifest(root) {
  const { private: _, name, ...rest } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8'));
  const pom = join(root, '../../pom.xml');
  const homepage = element(pom, 'publisher.url');
  const url = element(pom, 'publisher.repository');
  const known = homepage && url && ![homepage, url].some((each) => /\.invalid(\W|$)/.test(each));
  return {
    name,
    version: element(join(root, 'pom.xml'), 'version'),
    ...rest,
    ...known && { homepage, repository: { type: 'git', url: `git+${url}`, directory: 'bundles/web/client' } },
  };
}
