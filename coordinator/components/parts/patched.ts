/** Puts an operator's settings over those of a component, and refuses the ones that are Vent's. */
import { VentError } from '../../../shared/errors.ts';
import { merge } from '../../../shared/spec/patches.ts';

type Flags = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * @param own what the component sets
 * @param extra what a patch sets
 * @throws VentError INVALID_INPUT for a flag that the component sets itself
 */
export function withExtraArgs(program: string, own: Flags, extra: Readonly<Record<string, string>> | undefined): Flags {
  const clash = Object.keys(extra ?? {}).find((name) => name in own);
  if (clash !== undefined)
    throw new VentError('INVALID_INPUT', `cannot set --${clash} of ${program}: Vent sets it itself`, {
      hint: 'Take it out of spec.patches.',
    });
  return { ...own, ...extra };
}

/**
 * @param own the component's configuration
 * @param kept top-level fields of it that no patch may touch
 * @throws VentError INVALID_INPUT for one of those
 */
export function withConfig<T extends object>(
  program: string,
  own: T,
  kept: readonly string[],
  patch: object | undefined,
): T {
  const clash = Object.keys(patch ?? {}).find((name) => kept.includes(name));
  if (clash !== undefined)
    throw new VentError(
      'INVALID_INPUT',
      `cannot set ${clash} in the configuration of ${program}: Vent sets it itself`,
      {
        hint: 'Take it out of spec.patches.',
      },
    );
  return merge(own, patch ?? {}) as T;
}
