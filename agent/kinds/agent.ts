/**
 * Kind `agent`: the agent's own program, which a document replaces like any other.
 *
 * INVARIANTS
 * - Each version lies in a directory of its own, named by its hash; `current` is switched by rename, and the one before
 *   stays as `previous`, so that the way back finds it.
 * - An agent that somebody starts from elsewhere is theirs: it is not started anew.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ResourceOf } from '../../shared/document.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase, type Step, type Supply } from '../kind.ts';
import { planDownload } from './steps/store.ts';
import { waitUntil } from './steps/wait.ts';

const DIRECTORY = '/opt/vent/agent';
const CURRENT = `${DIRECTORY}/current`;
const PREVIOUS = `${DIRECTORY}/previous`;
const UNIT = 'vent-agent.service';
/** systemd ends the agent that runs; it does not wait longer for anything that is under way. */
const RESTART_SECONDS = 60;

type Agent = ResourceOf<'agent'>;

export function createAgentKind({ supply, clock }: { readonly supply: Supply; readonly clock: Clock }): Kind<'agent'> {
  return {
    name: 'agent',
    isRemovedAfterCommit: true,
    async plan(resource, view) {
      const [download, current, running] = await Promise.all([
        planDownload(view, supply, { label: 'vent-agent', ...resource }, `${directoryOf(resource)}/vent-agent`),
        view.files.stat(CURRENT),
        readRunning(view),
      ]);
      const wanted = directoryOf(resource);
      const isCurrent = current?.target === wanted;
      const isStale = isCurrent && running !== undefined && running !== `${wanted}/vent-agent`;
      if (isCurrent && !isStale) return [...download, ...(await planTidying(view, wanted))];
      return [...download, switchTo(wanted, current?.target, clock)];
    },
    // The machine needs an agent, whichever; `vent-agent reset` takes it away.
    remove: async () => [],
  };
}

function directoryOf({ sha256 }: Agent): string {
  return `${DIRECTORY}/${sha256.slice(0, 12)}`;
}

/** The program that vent-agent.service runs, as the kernel names it; undefined while it runs none, or one from elsewhere. */
async function readRunning(view: HostView): Promise<string | undefined> {
  const { mainPid } = await view.units.state(UNIT);
  if (mainPid === 0) return undefined;
  const program = (await view.files.stat(`/proc/${mainPid}/exe`))?.target;
  return program?.startsWith(`${DIRECTORY}/`) === true ? program : undefined;
}

function switchTo(wanted: string, before: string | undefined, clock: Clock): Step {
  const from = before === undefined ? 'there is none' : `it is ${nameOf(before)}`;
  return {
    ...phrase(`switch vent-agent to ${nameOf(wanted)} and start it anew`, from),
    touchesLink: true,
    async apply(host, signal) {
      if (before !== undefined && before !== wanted) await host.files.link(PREVIOUS, before);
      await host.files.link(CURRENT, wanted);
      await host.units.restart(UNIT);
      await waitUntil({
        clock,
        signal,
        deadlineSeconds: RESTART_SECONDS,
        sentence: `systemd starts ${UNIT} anew`,
        async observe() {
          const running = await readRunning(host);
          return running === undefined || running.startsWith(`${wanted}/`) ? undefined : `it is ${running}`;
        },
      });
    },
  };
}

function nameOf(directory: string): string {
  return directory.slice(directory.lastIndexOf('/') + 1);
}

/** Versions that are neither current nor previous. */
async function planTidying(view: HostView, wanted: string): Promise<readonly Step[]> {
  const previous = (await view.files.stat(PREVIOUS))?.target;
  if (previous === undefined || previous === wanted) return [];
  const names = (await view.files.list(DIRECTORY)).filter((name) => /^[0-9a-f]{12}$/.test(name));
  return names
    .map((name) => `${DIRECTORY}/${name}`)
    .filter((directory) => directory !== wanted && directory !== previous)
    .map((directory) => ({
      ...phrase(`remove ${directory}`, 'two versions are kept'),
      weight: 'free',
      apply: (host) => host.files.removeTree(directory),
    }));
}
