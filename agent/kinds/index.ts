/**
 * The registry of kinds.
 *
 * To add a kind: its schema in shared/document.ts; one file here that exports `createXKind`, with `plan` and `remove`; one
 * line in `createKinds`, without which this does not compile; a case in test/laws/kind.ts, without which the laws fail.
 * What several kinds share lies in steps/.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Kinds, Supply } from '../kind.ts';
import { createAgentKind } from './agent.ts';
import { createArtifactKind } from './artifact.ts';
import { createBalancerKind } from './balancer.ts';
import { createCertificateKind } from './certificate.ts';
import { createCoordinatorKind } from './coordinator.ts';
import { createDirectoryKind } from './directory.ts';
import { createFileKind } from './file.ts';
import { createImageKind } from './image.ts';
import { createInterfaceKind } from './interface.ts';
import { createModuleKind } from './module.ts';
import { createPackageKind } from './package.ts';
import { createProbeKind } from './probe.ts';
import { createResidueKind } from './residue.ts';
import { createRulesKind } from './rules.ts';
import { createSecretKind } from './secret.ts';
import { createSysctlKind } from './sysctl.ts';
import { createTrustKind } from './trust.ts';
import { createUnitKind } from './unit.ts';
import { createUserKind } from './user.ts';

export interface KindsOptions {
  readonly supply: Supply;
  readonly clock: Clock;
}

export function createKinds({ supply, clock }: KindsOptions): Kinds {
  return {
    agent: createAgentKind({ supply, clock }),
    artifact: createArtifactKind({ supply }),
    balancer: createBalancerKind(),
    certificate: createCertificateKind({ supply, clock }),
    coordinator: createCoordinatorKind(),
    directory: createDirectoryKind(),
    file: createFileKind(),
    image: createImageKind({ supply, clock }),
    interface: createInterfaceKind(),
    module: createModuleKind(),
    package: createPackageKind(),
    probe: createProbeKind({ clock }),
    residue: createResidueKind(),
    rules: createRulesKind(),
    secret: createSecretKind({ supply }),
    sysctl: createSysctlKind(),
    trust: createTrustKind({ supply }),
    unit: createUnitKind({ clock }),
    user: createUserKind(),
  };
}
