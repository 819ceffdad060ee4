/** The way to the Kubernetes API that whoever keeps it has opened, for everybody else who has to ask something there. */
import { VentError } from '../../shared/errors.ts';
import type { KubernetesClient } from './client.ts';

export interface KubernetesWay {
  /** Not to be kept: it is another one after a while. @throws VentError UNAVAILABLE while there is none */
  client(): KubernetesClient;
  /** @param client undefined when it is closed */
  use(client: KubernetesClient | undefined): void;
}

export function createKubernetesWay(): KubernetesWay {
  let present: KubernetesClient | undefined;
  return {
    client() {
      if (present !== undefined) return present;
      throw new VentError('UNAVAILABLE', 'cannot ask the Kubernetes API: it has not answered yet', {
        hint: '`vent status` says what the control planes wait for.',
        retry: 'backoff',
      });
    },
    use(client) {
      present = client;
    },
  };
}
