/**
 * The one error type and the one catalogue of codes.
 *
 * To add a code: one line in `ERRORS`, one row in docs/reference/errors.md (a test compares the two, both ways).
 * Nothing may read a message to decide anything: codes cross every border, messages are for people and read
 * `cannot <verb> <object>: <cause>`.
 */

/** Names of gRPC status codes that Vent uses (https://grpc.io/docs/guides/status-codes/). */
export type GrpcStatus =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'DATA_LOSS'
  | 'INTERNAL';

interface CatalogueEntry {
  readonly status: GrpcStatus;
  readonly meaning: string;
}

export const ERRORS = {
  ARTIFACT_CORRUPT: {
    status: 'DATA_LOSS',
    meaning: 'The bytes of an artifact do not have the size or SHA-256 that the catalogue states.',
  },
  ARTIFACT_UNKNOWN: {
    status: 'NOT_FOUND',
    meaning: 'The catalogue has no artifact of that name, version and architecture.',
  },
  BUG: { status: 'INTERNAL', meaning: 'A defect of Vent itself; the stack is printed.' },
  BUSY: { status: 'RESOURCE_EXHAUSTED', meaning: 'A limit on rate or size was reached; the same call may work later.' },
  CANCELLED: { status: 'CANCELLED', meaning: 'The work was interrupted before it ended.' },
  CERTIFICATE_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'A certificate that was answered is for another key or does not chain to the roots that are trusted.',
  },
  CLOCK_SKEW: {
    status: 'FAILED_PRECONDITION',
    meaning: 'The clocks of machine and coordinator differ by more than 5 minutes.',
  },
  COMMAND_FAILED: {
    status: 'INTERNAL',
    meaning: 'A program that was run on the host ended with an error or ran out of time.',
  },
  CONFLICT: { status: 'ABORTED', meaning: 'Somebody else changed the same thing first.' },
  DEADLINE: { status: 'DEADLINE_EXCEEDED', meaning: 'A condition did not come true in the time given to it.' },
  DEVICE_REFUSED: {
    status: 'PERMISSION_DENIED',
    meaning: 'The provider does not confirm that the enrolling device is the one the token was made for.',
  },
  DISK_FULL: { status: 'RESOURCE_EXHAUSTED', meaning: 'A file system has no space left; nothing was half written.' },
  DOCUMENT_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning:
      'A document is not signed by the coordinator, is for another node, is older than the last one, or holds something this agent refuses.',
  },
  ETCD_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'etcd refused what was asked of it, or a change of its members would endanger it; the rule is named.',
  },
  HOST_UNSUPPORTED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'The machine lacks something that its document needs (a kernel module, a program, a package).',
  },
  INVALID_INPUT: { status: 'INVALID_ARGUMENT', meaning: 'A value given to Vent does not have the required shape.' },
  INVALID_SPEC: {
    status: 'INVALID_ARGUMENT',
    meaning: 'The cluster file is not valid; every problem is listed with file, line and column.',
  },
  KUBERNETES_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'The Kubernetes API answered a request of the coordinator with an error.',
  },
  NOT_CONVERGED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'A resource still differs from the document after its steps were applied.',
  },
  NOT_FOUND: { status: 'NOT_FOUND', meaning: 'There is nothing of that name.' },
  PATH_REFUSED: {
    status: 'PERMISSION_DENIED',
    meaning:
      'A document names a path that an agent may not write, or a parent that Vent did not make is a symbolic link.',
  },
  PROVIDER_FAILED: { status: 'UNAVAILABLE', meaning: 'The provider answered with an error, or not at all.' },
  PROVIDER_REFUSED: { status: 'FAILED_PRECONDITION', meaning: 'The provider refused the request and said why.' },
  RESET_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'Resetting the machine would break a rule that protects others; the message names the rule.',
  },
  RISK_REFUSED: {
    status: 'FAILED_PRECONDITION',
    meaning: 'What was asked for runs a risk that has to be accepted by its name; the message says which.',
  },
  ROLLOUT_FAILED: {
    status: 'FAILED_PRECONDITION',
    meaning:
      'A revision did not reach every machine: one was not ready in time, a gate stayed closed, or somebody aborted it.',
  },
  SNAPSHOT_CORRUPT: {
    status: 'DATA_LOSS',
    meaning: 'A snapshot of etcd was cut off, or does not hold the SHA-256 that stands at its end.',
  },
  STORE_FAILED: { status: 'INTERNAL', meaning: 'The coordinator could not read or write its own state.' },
  TOKEN_REFUSED: {
    status: 'PERMISSION_DENIED',
    meaning: 'An enrolment token is unknown, used up, expired, revoked or does not fit its proof.',
  },
  TOKEN_RESERVED: {
    status: 'UNAVAILABLE',
    meaning: 'The token was made for a device whose create call has not been answered yet; the agent tries again.',
  },
  UNAUTHENTICATED: { status: 'UNAUTHENTICATED', meaning: 'The caller has no certificate that this port accepts.' },
  UNAVAILABLE: { status: 'UNAVAILABLE', meaning: 'The other side cannot be reached; the same call may work later.' },
  USAGE: { status: 'INVALID_ARGUMENT', meaning: 'The command line is not understood.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** When the same call may be tried again: at once, after a growing pause, or only after something was changed. */
export type Retry = 'now' | 'backoff' | 'never';

export interface VentErrorOptions {
  /** What the reader can do next, one sentence in the imperative. */
  readonly hint?: string;
  readonly retry?: Retry;
  readonly cause?: unknown;
}

export class VentError extends Error {
  override readonly name = 'VentError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retry: Retry;

  /** @param message `cannot <verb> <object>: <cause>`, without secrets */
  constructor(code: ErrorCode, message: string, options: VentErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retry = options.retry ?? 'never';
  }

  /** The single converter at a border: a VentError stays itself, anything else becomes a `BUG` that keeps its cause. */
  static from(thrown: unknown): VentError {
    if (thrown instanceof VentError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new VentError('BUG', message, { cause: thrown });
  }
}

/** True for an error that carries one of Node's system error codes (`ENOENT`, `ENOSPC`, ...). */
export function hasSystemCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
