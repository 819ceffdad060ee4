/** One machine with the services that its script talks to. */
import type { UserdataInput } from '../../../coordinator/userdata/input.ts';
import { renderUserdata } from '../../../coordinator/userdata/userdata.ts';
import { issueServer } from './authority.ts';
import { startCoordinator, type TestCoordinator } from './coordinator.ts';
import { createMachine, type TestMachine } from './machine.ts';
import { startMetadata, type TestMetadata } from './metadata.ts';
import { SAMPLE } from './sample.ts';

export interface Bench extends AsyncDisposable {
  readonly machine: TestMachine;
  readonly coordinator: TestCoordinator;
  readonly metadata: TestMetadata;
  readonly input: UserdataInput;
  /** The script for this machine. */
  script(changes?: Partial<UserdataInput>): string;
}

export interface BenchOptions {
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export async function createBench(options: BenchOptions = {}): Promise<Bench> {
  const machine = await createMachine();
  const credentials = await issueServer('vent');
  const coordinator = await startCoordinator(machine.root, credentials, options.maxVersion);
  const metadata = await startMetadata();
  const { name, bytes, sha256 } = coordinator.agent;
  const input: UserdataInput = {
    ...SAMPLE,
    artifactBase: coordinator.base,
    roots: [credentials.root],
    metadataBase: metadata.base,
    agentFiles: [{ architecture: 'x64', form: 'executable', name, size: bytes.length, sha256 }],
  };
  return {
    machine,
    coordinator,
    metadata,
    input,
    script: (changes = {}) => renderUserdata({ ...input, ...changes }, 'script').get('user-data') ?? '',
    async [Symbol.asyncDispose]() {
      await Promise.all([coordinator[Symbol.asyncDispose](), metadata[Symbol.asyncDispose]()]);
      await machine[Symbol.asyncDispose]();
    },
  };
}
