/**
 * Kind `certificate`: the key is made here and never leaves; key, leaf and chain lie in one file that is replaced whole,
 * so that they always fit each other. Renewal is due after two thirds of the leaf's life and blocks nothing until its end.
 */
import { createPublicKey, generateKeyPair, type KeyObject, type X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../shared/clock.ts';
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { checkPath } from '../../shared/paths.ts';
import type { Host, HostView } from '../host/host.ts';
import { type Kind, phrase, type Step, type Supply } from '../kind.ts';
import { compareAttributes, planRemoval } from './steps/files.ts';
import { compareLeaf, parseBundle, parseCertificates, reachesRoot } from './steps/x509.ts';

const RENEWAL_SHARE = 2 / 3;
const makeKeyPair = promisify(generateKeyPair);

export interface CertificateKindOptions {
  readonly supply: Supply;
  readonly clock: Clock;
}

export function createCertificateKind({ supply, clock }: CertificateKindOptions): Kind<'certificate'> {
  return {
    name: 'certificate',
    isOutsideGenerations: true,
    async plan(resource, view) {
      const { name, authority, path, mode, owner } = resource;
      checkPath(path, 'content');
      const fault = await findFault(view, resource, clock.now());
      if (fault === undefined) {
        const stat = await view.files.stat(path);
        const reason = stat === undefined ? undefined : compareAttributes(stat, { mode, owner });
        return reason === undefined
          ? []
          : [
              {
                ...phrase(`set attributes of ${path} (${mode} ${owner})`, reason),
                apply: (host) => host.files.setAttributes(path, { mode, owner }),
              },
            ];
      }
      const step: Step = {
        ...phrase(`obtain certificate ${name} from authority ${authority}`, fault.reason),
        apply: (host) => obtain(host, supply, resource),
      };
      return [fault.isUrgent ? step : { ...step, isDeferrable: true }];
    },
    async remove({ path }, view, remaining) {
      checkPath(path, 'content');
      const isTaken = remaining.some((other) => other.kind === 'certificate' && other.path === path);
      return isTaken ? [] : await planRemoval(view, path);
    },
  };
}

interface Fault {
  readonly reason: string;
  readonly isUrgent: boolean;
}

async function findFault(view: HostView, resource: ResourceOf<'certificate'>, now: number): Promise<Fault | undefined> {
  const urgent = (reason: string): Fault => ({ reason, isUrgent: true });
  const stat = await view.files.stat(resource.path);
  if (stat === undefined) return urgent('missing');
  if (stat.type !== 'file') return urgent(`a ${stat.type} is in its place`);
  const bundle = parseBundle(new TextDecoder().decode(await view.files.read(resource.path)));
  const leaf = bundle?.chain[0];
  if (bundle?.key === undefined || leaf === undefined) return urgent('its file cannot be read');
  if (!leaf.checkPrivateKey(bundle.key)) return urgent('its key is another one');
  const difference = compareLeaf(leaf, resource);
  return difference === undefined ? judgeAge(leaf, now) : urgent(difference);
}

function judgeAge(leaf: X509Certificate, now: number): Fault | undefined {
  const from = leaf.validFromDate.getTime();
  const to = leaf.validToDate.getTime();
  if (now >= to) return { reason: `expired at ${leaf.validToDate.toISOString()}`, isUrgent: true };
  if (now < from + (to - from) * RENEWAL_SHARE) return undefined;
  return { reason: `due for renewal, valid until ${leaf.validToDate.toISOString()}`, isUrgent: false };
}

async function obtain(host: Host, supply: Supply, resource: ResourceOf<'certificate'>): Promise<void> {
  const { privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
  const { chain } = await supply.bundle(resource.name, privateKey);
  checkAnswer(resource, chain, privateKey, supply.trust(resource.authority));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const { path, mode, owner } = resource;
  await host.files.write(path, new TextEncoder().encode(`${key}${chain.trim()}\n`), { mode, owner });
}

/** @throws VentError UNAVAILABLE while the roots are not known, CERTIFICATE_REFUSED when the answer does not fit */
function checkAnswer(
  { name, authority }: ResourceOf<'certificate'>,
  chain: string,
  key: KeyObject,
  trusted: string | undefined,
): void {
  if (trusted === undefined)
    throw new VentError(
      'UNAVAILABLE',
      `cannot check certificate ${name}: the roots of ${authority} are not known yet`,
      {
        retry: 'backoff',
      },
    );
  const certificates = parseCertificates(chain) ?? [];
  const spki = (of: KeyObject): Buffer => of.export({ type: 'spki', format: 'der' });
  const leaf = certificates[0];
  const isForKey = leaf !== undefined && spki(leaf.publicKey).equals(spki(createPublicKey(key)));
  if (isForKey && reachesRoot(certificates, parseCertificates(trusted) ?? [])) return;
  const cause = isForKey ? `it does not chain to a root of ${authority}` : 'it is for another key';
  throw new VentError('CERTIFICATE_REFUSED', `cannot use certificate ${name}: ${cause}`, { retry: 'backoff' });
}
