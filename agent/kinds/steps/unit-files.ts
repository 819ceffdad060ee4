/** The two files of a unit: its own, and a drop-in by which its process carries what it was started with. */
import type { ResourceOf } from '../../../shared/document.ts';
import type { Input } from '../../kind.ts';

const DIRECTORY = '/etc/systemd/system';
const DROP_IN = '50-vent.conf';

export interface UnitPaths {
  readonly unit: string;
  readonly directory: string;
  readonly dropInName: string;
  readonly dropIn: string;
  /** Where a one-shot, which leaves no process to be asked, writes what it ran with; gone at the next boot. */
  readonly stamp: string;
}

export function unitPathsOf(name: string): UnitPaths {
  const directory = `${DIRECTORY}/${name}.d`;
  return {
    unit: `${DIRECTORY}/${name}`,
    directory,
    dropInName: DROP_IN,
    dropIn: `${directory}/${DROP_IN}`,
    stamp: `/run/vent/inputs/${name}`,
  };
}

/** `file:/etc/x@0123456789ab unit:y.service@...`; what is not printable ASCII in an id becomes `_`, since a space separates. */
export function formatInputs(inputs: readonly Input[]): string {
  return inputs.map(({ id, digest }) => `${id.replaceAll(/[^\x21-\x7e]/g, '_')}@${digest}`).join(' ');
}

/** Ids whose digests differ between two values of VENT_INPUTS, sorted. */
export function compareInputs(started: string, wanted: string): readonly string[] {
  const before = started.split(' ').filter((entry) => entry !== '');
  const after = wanted.split(' ').filter((entry) => entry !== '');
  const differing = [
    ...before.filter((entry) => !after.includes(entry)),
    ...after.filter((entry) => !before.includes(entry)),
  ];
  return [...new Set(differing.map((entry) => entry.replace(/@[0-9a-f]*$/, '')))].toSorted();
}

/** Only services have a process that carries an environment; any other unit takes its files over at a reload. */
export function hasProcess(name: string): boolean {
  return name.endsWith('.service');
}

/**
 * The drop-in's text, or undefined for units without a process. In Environment= systemd unquotes C escapes and expands
 * `%` specifiers, and in ExecStartPost= `$` too (systemd.exec(5), systemd.service(5)). `+` runs it as root whatever User= says.
 */
export function formatDropIn(resource: ResourceOf<'unit'>, inputs: readonly Input[]): string | undefined {
  if (!hasProcess(resource.name)) return undefined;
  const value = formatInputs(inputs).replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%');
  const { stamp } = unitPathsOf(resource.name);
  const directory = stamp.slice(0, stamp.lastIndexOf('/'));
  const write = `umask 077; mkdir -p ${directory} && printf "%%s" "$$VENT_INPUTS" > ${stamp}`;
  return [
    '# Written by Vent: what this unit was started with.',
    '[Service]',
    `Environment="VENT_INPUTS=${value}"`,
    ...(resource.oneshot === true ? [`ExecStartPost=+/bin/sh -c '${write}'`] : []),
    '',
  ].join('\n');
}
