/**
 * All providers. To add one:
 *   1. its settings in shared/spec/schema.ts, below `provider`;
 *   2. one file here with `createXProvider(deps): Provider`, credentials and settings among its deps;
 *   3. one line in PROVIDERS, named as in the spec;
 *   4. test/coordinator/providers/<file>.test.ts, which holds it to test/laws/provider.ts.
 */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';
import { createPacketProvider } from './packet.ts';
import type { Provider } from './provider.ts';
import { createStaticProvider } from './static.ts';

type Settings = ClusterSpec['provider'];
type ProviderName = keyof Settings;

/** What the credentials file holds, by provider; secret. */
export interface ProviderCredentials {
  readonly packet?: { readonly token: string } | undefined;
}

export interface ProviderDeps {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Makes the provider if the spec names it. */
type Build = (settings: Settings, credentials: ProviderCredentials, deps: ProviderDeps) => Provider | undefined;

const PACKET_URL = 'https://api.equinix.com/metal/v1';

export const PROVIDERS: Readonly<Record<ProviderName, Build>> = {
  packet({ packet }, credentials, deps) {
    if (packet === undefined) return undefined;
    const { project, facility, url = PACKET_URL } = packet;
    const { token } = requireCredentials(credentials.packet, 'packet');
    return createPacketProvider({ ...deps, url, token, project, facility });
  },
  static: ({ static: settings }) => (settings === undefined ? undefined : createStaticProvider(settings)),
};

/**
 * The provider that `spec.provider` names.
 * @throws INVALID_INPUT without credentials for it, INVALID_SPEC when it names none
 */
export function createProvider(settings: Settings, credentials: ProviderCredentials, deps: ProviderDeps): Provider {
  for (const build of Object.values(PROVIDERS)) {
    const provider = build(settings, credentials, deps);
    if (provider !== undefined) return provider;
  }
  throw new VentError('INVALID_SPEC', 'cannot choose a provider: spec.provider names none', {
    hint: `Name one of ${Object.keys(PROVIDERS).join(', ')} below spec.provider.`,
  });
}

function requireCredentials<Found>(found: Found | undefined, name: ProviderName): Found {
  if (found !== undefined) return found;
  throw new VentError('INVALID_INPUT', `cannot use provider ${name}: there are no credentials for it`, {
    hint: 'Name a file with them in --provider-credentials.',
  });
}
