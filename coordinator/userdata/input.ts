/** What userdata is made of, and that nothing else gets into it. */
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import { joinPem, splitPem } from '../../shared/identity/pem.ts';
import { type AgentFileFigures, ARCHITECTURES } from './agent-file.ts';

export interface UserdataInput {
  /** `https://host:7446`: the agent's files are at `<artifactBase>/agent/<name>`. */
  readonly artifactBase: string;
  /** `host:7443`, in the order in which the agent tries them. */
  readonly enrolAddresses: readonly string[];
  /** Vent's root certificates in PEM: one, or two while the root rotates, in one text or each in its own. */
  readonly roots: readonly string[];
  readonly tokenId: string;
  /** 32 bytes in hex. */
  readonly secret: string;
  readonly clusterName?: string;
  /** Only executables are given to machines; bundles are passed over. */
  readonly agentFiles: readonly AgentFileFigures[];
  /** For machines of a static inventory; others ask the metadata service who they are. */
  readonly deviceId?: string;
  readonly metadataBase?: string;
}

export interface CheckedInput extends UserdataInput {
  /** The certificates alone, one text. */
  readonly rootBundle: string;
  readonly metadataBase: string;
}

/** Packet's metadata service, by the address its name has always had. */
const METADATA = 'http://192.80.8.124';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'letters, digits and . _ : -');
const hex = z.string().regex(/^[0-9a-f]{64}$/, '32 bytes in lower-case hex');

const HOST = String.raw`([A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])`;
const PORT = String.raw`:[1-9]\d{0,4}`;

const hostAndPort = z
  .string()
  .regex(new RegExp(`^${HOST}${PORT}$`), 'host:port')
  .refine((address) => URL.canParse(`https://${address}`), 'host:port');

/** A URL of a scheme, a host and perhaps a port, and nothing after it. */
function origin(scheme: 'http' | 'https'): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^${scheme}://${HOST}(${PORT})?$`), `${scheme}://host:port`)
    .refine((url) => URL.canParse(url), `${scheme}://host:port`);
}

const certificates = z.string().refine(holdsCertificates, 'certificates in PEM');

const schema = z.strictObject({
  artifactBase: origin('https'),
  enrolAddresses: z.array(hostAndPort).min(1),
  roots: z
    .array(certificates)
    .refine((roots) => [1, 2].includes(roots.flatMap((root) => splitPem(root)).length), 'one or two certificates'),
  tokenId: name,
  secret: hex,
  clusterName: name.optional(),
  agentFiles: z
    .array(
      z.strictObject({
        architecture: z.enum(ARCHITECTURES),
        form: z.enum(['executable', 'bundle']),
        name,
        size: z.int().positive(),
        sha256: hex,
      }),
    )
    .refine((files) => files.some((file) => file.form === 'executable'), 'at least one executable'),
  deviceId: name.optional(),
  metadataBase: origin('http').optional(),
});

function holdsCertificates(text: string): boolean {
  const blocks = splitPem(text);
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).raw.length > 0);
  } catch {
    return false;
  }
}

/**
 * @returns the input with its defaults, and of the certificates' texts only the certificates
 * @throws VentError INVALID_INPUT naming each field that is wrong, without its value, which may be a secret
 */
export function checkInput(input: UserdataInput): CheckedInput {
  const checked = schema.safeParse(input);
  if (!checked.success) {
    const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new VentError('INVALID_INPUT', `cannot make userdata: ${problems.join('; ')}`);
  }
  const rootBundle = joinPem(input.roots.flatMap((root) => splitPem(root)));
  return { ...input, rootBundle, metadataBase: input.metadataBase ?? METADATA };
}
