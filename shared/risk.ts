/** Risks that an operator accepts by name, `--accept-risk=NAME`; without it what runs the risk is refused by its rule. */
import { VentError } from './errors.ts';

export const RISKS = ['api-downtime'] as const;
export type Risk = (typeof RISKS)[number];

/** What happens to whoever accepts one, a sentence without a full stop. */
export const RISK_MEANINGS: Readonly<Record<Risk, string>> = {
  'api-downtime':
    'the only member of etcd restarts and the Kubernetes API is away meanwhile [etcd-one-member]; pods go on, and a snapshot is taken first',
};

/** @throws VentError INVALID_INPUT for a name that there is not */
export function parseRisks(names: readonly string[]): readonly Risk[] {
  return names.map((name) => {
    const found = RISKS.find((risk) => risk === name);
    if (found !== undefined) return found;
    throw new VentError('INVALID_INPUT', `cannot accept the risk ${JSON.stringify(name)}: there is none of that name`, {
      hint: `There are ${RISKS.join(', ')}.`,
    });
  });
}
