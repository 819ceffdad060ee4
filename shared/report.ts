/** What a machine says of its progress. The agent sends one when something changed, never on a timer alone. */

export type ResourceState = 'converged' | 'planned' | 'applying' | 'waiting' | 'blocked' | 'failed';

export interface ResourceReport {
  /** `kind:name` */
  readonly id: string;
  readonly component: string;
  readonly state: ResourceState;
  /** A sentence: the step under way, what is waited for, which resource blocks it, or why it failed. Empty when converged. */
  readonly message: string;
  /** RFC 3339. */
  readonly since: string;
}

export const CONDITION_TYPES = [
  'Enrolled',
  'Converged',
  'UnitsHealthy',
  'EtcdHealthy',
  'KubernetesReady',
  'SandboxProved',
  'CertificatesFresh',
  'Drift',
  'RebootRequired',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

/** As in Kubernetes' API conventions. `reason` is CamelCase and listed in docs/reference/conditions.md. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

export type DriftPolicy = 'repair' | 'report' | 'adopt';

/** A foreign change that was seen: what was done about it, and what was (or would have been) changed back. */
export interface DriftEntry {
  /** RFC 3339, when it was seen. */
  readonly at: string;
  /** `kind:name` */
  readonly id: string;
  readonly component: string;
  readonly policy: DriftPolicy;
  /** A sentence, never a content: of a secret its name only. */
  readonly what: string;
}

/** Of the words of changes; raised when they are worded anew, since only those of one form can be compared. */
export const CHANGE_FORM = 1;

/** One change that a generation made. */
export interface DoneChange {
  /** `kind:name` */
  readonly id: string;
  readonly component: string;
  /** What, without why: equal changes of a resource have equal words. */
  readonly change: string;
  /** With why. */
  readonly sentence: string;
}

/** What a generation did to its machine, from its first change to its commit. */
export interface Done {
  readonly generation: number;
  readonly form: number;
  /** Each once, in the order in which they began. */
  readonly changes: readonly DoneChange[];
  /** There were more. */
  readonly isCut: boolean;
  /** The machine booted in between, which does some changes, too. */
  readonly hasRebooted: boolean;
}

export interface NodeReport {
  readonly generation: number;
  /** Hex SHA-256 of the document's payload; lets the coordinator answer "converged?" without asking. */
  readonly documentDigest: string;
  readonly converged: boolean;
  /** The newest generation that the machine stays on by itself; 0 before the first. */
  readonly committedGeneration: number;
  /** A generation newer than that, which the machine took back, and why; undefined while there is none. */
  readonly quarantine: { readonly generation: number; readonly reason: string } | undefined;
  /** Only resources that are not converged, plus a count of those that are. */
  readonly resources: readonly ResourceReport[];
  readonly convergedCount: number;
  readonly conditions: readonly Condition[];
  /** The newest foreign changes, oldest first; the same in later reports until newer ones push them out. */
  readonly drift: readonly DriftEntry[];
  /** What the newest committed generation did; undefined where nothing is known of it. */
  readonly done: Done | undefined;
}

/** The one enum of what a machine is doing (design table). */
export const MACHINE_STATES = [
  'requested',
  'provisioning',
  'booting',
  'downloading',
  'enrolling',
  'waiting',
  'converging',
  'ready',
  'updating',
  'drifted',
  'failed',
  'unreachable',
  'preempted',
  'banned',
  'resetting',
  'gone',
] as const;
export type MachineState = (typeof MACHINE_STATES)[number];
