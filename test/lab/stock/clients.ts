/**
 * Packet's own clients as they were released, made ready to be run against a facility: fetched by name into the
 * caches that go and pip keep for themselves, built and installed in a directory that is removed after the tests.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Children } from '../../../scripts/lab/child.ts';
import { createChildren } from '../../../scripts/lab/child.ts';
import type { Bench } from '../../scripts/lab/facility/bench.ts';
import { PROJECT, TOKEN } from '../../scripts/lab/facility/bench.ts';

const PACKET_PYTHON = 'packet-python==1.44.3';
/** With empty caches everything is fetched and compiled, the standard library of Go too. */
const PREPARATION = 10 * 60_000;
const RUN = 3 * 60_000;
/** Real milliseconds between two moves of the bench's clock while a client runs. */
const TICK = 5;

export interface StockClients {
  /**
   * Runs a Go program of this folder.
   * @param url the facility's base address, with the slash at its end
   * @returns the JSON that it prints
   */
  runGo(program: 'packngo' | 'packngo-old', bench: Bench, url: string, argv?: readonly string[]): Promise<unknown>;
  /** The same for packet_python.py, which always speaks HTTPS. */
  runPython(bench: Bench): Promise<unknown>;
}

/** Clients for the tests of the enclosing `describe`. */
export function useClients(): StockClients {
  const children = createChildren(import.meta.dirname);
  let directory = '';
  before(
    async () => {
      directory = await mkdtemp(join(tmpdir(), 'vent-stock-'));
      await prepare(children, directory);
    },
    { timeout: PREPARATION },
  );
  after(() => rm(directory, { recursive: true }));

  async function run(bench: Bench, argv: readonly string[], environment: Readonly<Record<string, string>>) {
    const common = {
      FACILITY_TOKEN: TOKEN,
      FACILITY_PROJECT: PROJECT.id,
      METADATA_URL: `http://${bench.metadata.host}:${bench.metadata.port}`,
      SSL_CERT_FILE: bench.certificate,
      REQUESTS_CA_BUNDLE: bench.certificate,
    };
    const clock = setInterval(() => void bench.clock.advance(0), TICK);
    try {
      const output: unknown = JSON.parse(
        await children.need(argv, { environment: { ...common, ...environment }, milliseconds: RUN }),
      );
      return output;
    } finally {
      clearInterval(clock);
    }
  }

  return {
    runGo: (program, bench, url, argv = []) => run(bench, [join(directory, program), ...argv], { FACILITY_URL: url }),
    runPython: (bench) =>
      run(bench, [join(directory, 'python/bin/python'), join(import.meta.dirname, 'packet_python.py')], {
        FACILITY_HOST: new URL(bench.url).host,
      }),
  };
}

/** One after the other, so that two cores stay usable. */
async function prepare(children: Children, directory: string): Promise<void> {
  const need = (...argv: readonly string[]): Promise<string> => children.need(argv, { milliseconds: PREPARATION });
  for (const program of ['packngo', 'packngo-old']) {
    await need('go', 'build', '-C', join(import.meta.dirname, program), '-o', join(directory, program), '.');
  }
  const python = join(directory, 'python');
  await need('python3', '-m', 'venv', python);
  await need(join(python, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', PACKET_PYTHON);
}
