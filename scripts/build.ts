/** `npm run build`: what is shipped, into dist/. Nothing is built again while its inputs are the same. */
import { join } from 'node:path';
import { buildAgent } from './build/agent.ts';
import { bundleProgram } from './build/bundle.ts';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');

for (const file of await buildAgent({ entry: join(root, 'agent/main.ts'), out })) {
  console.log(`${file.sha256}  ${file.name}  ${(file.size / 1e6).toFixed(1)} MB`);
}
// The lab builds agents; esbuild is found in node_modules where that is done.
const command = join(out, 'vent.mjs');
await bundleProgram({
  entry: join(root, 'coordinator/main.ts'),
  out: command,
  format: 'esm',
  external: ['esbuild'],
  isCommand: true,
});
console.log(command);
