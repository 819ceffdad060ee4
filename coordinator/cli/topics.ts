/** Pages of `vent help` that belong to no single command. */

export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly rows: readonly (readonly [string, string])[];
}

const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'What a command ends with',
  rows: [
    ['0', 'done'],
    ['1', 'an error; its message and a hint are on stderr; of diff and plan: there is a difference'],
    ['2', 'the command line is not understood'],
    ['3', 'nothing to change, where --error-unchanged was asked'],
    ['4', 'time ran out: of wait, or of an answer (--request-timeout)'],
    ['5', 'refused by a guard'],
    ['6', 'of diff and plan: an error'],
    ['130', 'interrupted'],
  ],
};

/** Every variable the program reads; a test holds the list against the sources. */
const environment: Topic = {
  name: 'env',
  summary: 'Environment variables',
  rows: [
    ['VENTCONFIG', 'file of contexts (default: $XDG_CONFIG_HOME/vent/config)'],
    ['VENT_CONTEXT', 'context to use; --context goes before it'],
    ['VENT_ADDR', "host:port of the coordinator's operator port, instead of the context's"],
    ['VENT_TOKEN_SECRET', 'secret of a token, for vent userdata'],
    ['VISUAL', 'editor that vent edit opens'],
    ['EDITOR', 'the same where VISUAL is not set (default: vi)'],
    ['KUBECONFIG', 'its first file is what vent kubeconfig writes (default: ~/.kube/config)'],
    ['XDG_CONFIG_HOME', 'where configuration lies (default: ~/.config)'],
    ['XDG_STATE_HOME', 'where vent serve keeps its data without --data (default: ~/.local/state)'],
    ['XDG_CACHE_HOME', 'where artifacts are kept (default: ~/.cache)'],
  ],
};

export const TOPICS: readonly Topic[] = [exitCodes, environment];

export function renderTopic(topic: Topic): string {
  const width = Math.max(...topic.rows.map(([name]) => name.length));
  return `${topic.summary}:\n${topic.rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('')}`;
}
