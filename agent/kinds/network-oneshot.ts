/**
 * A one-shot unit of Vent's own, by which something of the network outlives a reboot and the agent. A repair runs the same
 * unit that the next boot will run, so what the boot does is always what was tried.
 */
import type { Host, HostView } from '../host/host.ts';
import { phrase, type Step } from '../kind.ts';
import { PLAIN, planRemoval, planText } from './steps/files.ts';

export interface Oneshot {
  /** `vent-balancer-api.service` */
  readonly name: string;
  readonly description: string;
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Lines of ExecStart; programs by name are found by systemd in its fixed path. Each may be run again at any time. */
  readonly commands: readonly string[];
}

function pathOf(name: string): string {
  return `/etc/systemd/system/${name}`;
}

export function formatOneshot({ description, after, before, commands }: Oneshot): string {
  return [
    '# Written by Vent.',
    '[Unit]',
    `Description=${description}`,
    ...(after.includes('network-online.target') ? ['Wants=network-online.target'] : []),
    `After=${after.join(' ')}`,
    `Before=${before.join(' ')}`,
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    ...commands.map((command) => `ExecStart=${command}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/**
 * Steps that put the unit in place and run it.
 * @param run will say what running it does to the machine as it is now, as a sentence; undefined when that is done already
 * @param finish what follows each run
 */
export async function planOneshot(
  view: HostView,
  oneshot: Oneshot,
  run: Promise<string | undefined>,
  finish?: (host: Host) => Promise<void>,
): Promise<readonly Step[]> {
  const { name } = oneshot;
  const [state, reason, files] = await Promise.all([
    view.units.state(name),
    run,
    planText(view, pathOf(name), formatOneshot(oneshot), PLAIN),
  ]);
  const reload: Step = {
    ...phrase('reload systemd', `${name} changed`),
    weight: 'free',
    apply: (host) => host.units.reload(),
  };
  const enable: Step = { ...phrase(`enable ${name}`, 'not enabled'), apply: (host) => host.units.enable(name) };
  const sentence = reason ?? (state.active === 'active' ? undefined : `run ${name}: it is ${state.active}`);
  const runs: readonly Step[] =
    sentence === undefined
      ? []
      : [
          {
            sentence,
            change: `run ${name}`,
            weight: 'may',
            touchesLink: true,
            async apply(host) {
              await host.units.restart(name, { block: true });
              await finish?.(host);
            },
          },
        ];
  return [
    ...files,
    ...(files.length > 0 || state.needsReload || !state.loaded ? [reload] : []),
    ...(state.enabled ? [] : [enable]),
    ...runs,
  ];
}

/** Steps that take the unit away; what it did to the machine is the caller's to undo. */
export async function planOneshotRemoval(view: HostView, name: string): Promise<readonly Step[]> {
  const state = await view.units.state(name);
  const files = await planRemoval(view, pathOf(name));
  const steps: readonly (Step | false)[] = [
    state.enabled && { ...phrase(`disable ${name}`), apply: (host) => host.units.disable(name) },
    state.active !== 'inactive' && {
      ...phrase(`stop ${name}`),
      weight: 'may',
      touchesLink: true,
      apply: (host) => host.units.stop(name),
    },
    ...files,
    (files.length > 0 || state.needsReload) && {
      ...phrase('reload systemd', `${name} is gone`),
      weight: 'free',
      apply: (host) => host.units.reload(),
    },
  ];
  return steps.filter((step) => step !== false);
}
