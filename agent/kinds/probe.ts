/** Kind `probe`: waiting, as a noun. Converged while its check passes; nothing of it stays on the machine. */
import type { Clock } from '../../shared/clock.ts';
import type { ResourceOf } from '../../shared/document.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase } from '../kind.ts';
import { waitUntil } from './steps/wait.ts';

type Check = ResourceOf<'probe'>['check'];

/** Milliseconds for one look over the network. */
const LOOK = 2000;

export function createProbeKind({ clock }: { readonly clock: Clock }): Kind<'probe'> {
  return {
    name: 'probe',
    async plan({ sentence, deadlineSeconds, check }, view) {
      if ((await observe(check, view)) === undefined) return [];
      return [
        {
          ...phrase(`wait until ${sentence}`),
          weight: 'free',
          apply: (host, signal) =>
            waitUntil({ clock, signal, deadlineSeconds, sentence, observe: () => observe(check, host) }),
        },
      ];
    },
    remove: async () => [],
  };
}

/** Undefined when the check passes, else what was seen. */
async function observe(check: Check, view: HostView): Promise<string | undefined> {
  switch (check.type) {
    case 'unit': {
      const { active, sub } = await view.units.state(check.unit);
      return active === 'active' ? undefined : `${check.unit} is ${active} (${sub})`;
    }
    case 'tcp': {
      const isOpen = await view.connections.connects(check.host, check.port, LOOK);
      return isOpen ? undefined : `${check.host}:${check.port} does not answer`;
    }
    case 'http':
      return await observePage(check, view);
    case 'file':
      return await observeFile(check, view);
    case 'interface': {
      const link = (await view.network.links()).find(({ name }) => name === check.interface);
      if (link === undefined) return `there is no interface ${check.interface}`;
      return link.up ? undefined : `${check.interface} is down`;
    }
  }
}

async function observePage(check: Extract<Check, { type: 'http' }>, view: HostView): Promise<string | undefined> {
  const files = {
    ...(check.trust === undefined ? {} : { trust: check.trust }),
    ...(check.certificate === undefined ? {} : { certificate: check.certificate }),
  };
  const status = await view.connections.get(check.url, { ...files, milliseconds: LOOK });
  if (status === undefined) return `${check.url} does not answer`;
  return status >= 200 && status < 300 ? undefined : `${check.url} answers ${status}`;
}

async function observeFile(
  { path, unless }: Extract<Check, { type: 'file' }>,
  view: HostView,
): Promise<string | undefined> {
  if ((await view.files.stat(path)) !== undefined) return undefined;
  if (unless === undefined) return `${path} is not there`;
  return (await view.files.stat(unless)) === undefined ? undefined : `${path} is gone, although ${unless} is there`;
}
