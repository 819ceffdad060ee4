/** The gate's checks, in the order they run. */
import type { Check } from './check.ts';
import * as generated from './generated.ts';
import * as imports from './imports.ts';
import * as lockfile from './lockfile.ts';
import * as protocol from './protocol.ts';
import * as reference from './reference.ts';
import * as registries from './registries.ts';
import * as state from './state.ts';
import * as style from './style.ts';
import * as testSizes from './test-sizes.ts';
import * as types from './types.ts';
import * as words from './words.ts';

export const checks: readonly Check[] = [
  types,
  style,
  testSizes,
  imports,
  state,
  registries,
  reference,
  words,
  lockfile,
  protocol,
  generated,
];
