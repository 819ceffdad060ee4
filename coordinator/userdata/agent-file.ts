/** The agent as machines download it. */

export const ARCHITECTURES = ['x64', 'arm64'] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** `executable` needs nothing on the machine; `bundle` is one file for machines that have Node. */
export type AgentForm = 'executable' | 'bundle';

export interface AgentFileFigures {
  readonly architecture: Architecture;
  readonly form: AgentForm;
  /** As it is served: `<artifactBase>/agent/<name>`. */
  readonly name: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** The name under which the build leaves a form of the agent, and the coordinator serves it; one bundle fits every architecture. */
export function agentFileName(architecture: Architecture, form: AgentForm): string {
  return form === 'bundle' ? 'vent-agent.cjs' : `vent-agent-linux-${architecture}`;
}
