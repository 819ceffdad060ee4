/** `npm run check`: the gate. Everything that can be said of the sources without running them. */
import { join } from 'node:path';
import { runChecks } from './check/check.ts';
import { checks } from './check/index.ts';

const root = join(import.meta.dirname, '..');
const result = await runChecks(checks, root, (text) => console.log(text));
console.log(`${result.passed} checks passed, ${result.failed} failed`);
process.exitCode = result.failed === 0 ? 0 : 1;
