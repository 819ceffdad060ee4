/** The agent's own program: the last thing that a document changes, as the revision has it. */
import type { Component } from '../component.ts';

export const agent: Component = {
  name: 'agent',
  summary: "the agent's own program, as it was when the revision was applied",
  comesLast: true,
  render(spec, self) {
    const file = spec.agent(self.facts.architecture);
    return file === undefined ? [] : [{ kind: 'agent', name: 'vent-agent', ...file }];
  },
};
