/** What happens on a machine, as values. Prose is made of them in trace.ts, the report in report.ts, and nowhere else. */
import type { VentError } from '../shared/errors.ts';
import type { Done } from '../shared/report.ts';
import type { UnitState } from './host/host.ts';

interface OfResource {
  /** `kind:name` */
  readonly id: string;
  readonly component: string;
}

export interface UnhealthyUnit {
  readonly name: string;
  readonly active: UnitState['active'];
  readonly sub: string;
  readonly result: string;
}

export type AgentEvent =
  | {
      readonly type: 'document-accepted';
      readonly generation: number;
      /** Hex SHA-256 of the payload. */
      readonly digest: string;
      readonly resources: readonly OfResource[];
    }
  | { readonly type: 'document-refused'; readonly error: VentError }
  /** The newest generation that this machine would stay on by itself. */
  | {
      readonly type: 'generation-committed';
      readonly generation: number;
      /** What it did; undefined where nothing is known of it. */
      readonly done?: Done | undefined;
    }
  /** It does what it should, and waits to be confirmed over the network as it is now. */
  | { readonly type: 'confirmation-awaited'; readonly generation: number }
  | { readonly type: 'generation-taken-back'; readonly generation: number; readonly reason: string }
  | { readonly type: 'pass-started'; readonly generation: number }
  | ({ readonly type: 'resource-waiting'; readonly on: string } & OfResource)
  | ({
      readonly type: 'step-started';
      readonly sentence: string;
      readonly isWait: boolean;
      readonly touchesLink?: boolean;
    } & OfResource)
  | ({ readonly type: 'step-deferred'; readonly sentence: string; readonly error: VentError } & OfResource)
  /** `isLeft`: it is not as wished, and is left so by its drift policy. */
  | ({ readonly type: 'resource-converged'; readonly steps: number; readonly isLeft?: true } & OfResource)
  | ({
      readonly type: 'drift-left';
      readonly policy: 'report' | 'adopt';
      /** What would have been done. */
      readonly sentences: readonly string[];
    } & OfResource)
  | ({ readonly type: 'resource-blocked'; readonly by: string } & OfResource)
  | ({ readonly type: 'resource-failed'; readonly error: VentError } & OfResource)
  | ({ readonly type: 'removal-started'; readonly sentence: string; readonly touchesLink?: boolean } & OfResource)
  | ({ readonly type: 'removal-ended' } & OfResource)
  | ({ readonly type: 'removal-failed'; readonly error: VentError } & OfResource)
  | { readonly type: 'units-observed'; readonly unhealthy: readonly UnhealthyUnit[] }
  /** `packages`: those that want it, as the system names them; undefined when no reboot is wanted. */
  | { readonly type: 'reboot-observed'; readonly packages: readonly string[] | undefined }
  | { readonly type: 'pass-failed'; readonly generation: number; readonly error: VentError }
  | {
      readonly type: 'pass-ended';
      readonly generation: number;
      readonly result: 'converged' | 'incomplete' | 'cancelled';
    };

export type Emit = (event: AgentEvent) => void;
