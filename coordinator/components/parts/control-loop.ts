/** kube-controller-manager and kube-scheduler: two programs that differ in name, port and a few flags. */
import type { Resource } from '../../../shared/document.ts';
import type { RenderSpec, Self } from '../../component.ts';
import { CIPHERS, CONTROL_PLANE_DAYS, kubeconfig, OLDEST_TLS, serverAt, TRUST, TRUST_FILE } from './kubernetes.ts';
import { withExtraArgs } from './patched.ts';
import { BIN, CLUSTER_DEADLINE, flags, leaf, program, service } from './resources.ts';

interface ControlLoop {
  /** Of the program, its unit and, after `system:`, its user. */
  readonly name: string;
  readonly description: string;
  /** Port of health and metrics, on loopback. */
  readonly port: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** A patch's. */
  readonly extraArgs: Readonly<Record<string, string>> | undefined;
}

/** It speaks to the machine's own API server, so that each control plane is whole by itself; leases keep one loop at work. */
export function controlLoop(spec: RenderSpec, self: Self, loop: ControlLoop): readonly Resource[] {
  const folder = `/etc/kubernetes/${loop.name}`;
  const config = `${folder}/kubeconfig`;
  const certificate = `${folder}/${loop.name}.pem`;
  const restarts = [`unit:${loop.name}.service`];
  const settings = {
    kubeconfig: config,
    'authentication-kubeconfig': config,
    'authorization-kubeconfig': config,
    'bind-address': '127.0.0.1',
    'secure-port': loop.port,
    'tls-cert-file': certificate,
    'tls-private-key-file': certificate,
    'tls-min-version': OLDEST_TLS,
    'tls-cipher-suites': CIPHERS,
    // With the defaults of 15 and 10 s, half of the half minute that the loss of a control plane may last is spent waiting.
    'leader-elect-lease-duration': '8s',
    'leader-elect-renew-deadline': '6s',
    profiling: false,
    ...loop.settings,
  };
  return [
    program(spec, self, loop.name, spec.kubernetes.version, { restarts }),
    leaf({
      name: loop.name,
      path: certificate,
      commonName: `system:${loop.name}`,
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
      usages: ['server', 'client'],
      days: CONTROL_PLANE_DAYS,
    }),
    kubeconfig(config, serverAt(self.privateAddress), certificate, restarts),
    service(
      loop.name,
      {
        description: loop.description,
        command: [`${BIN}/${loop.name}`, ...flags(withExtraArgs(loop.name, settings, loop.extraArgs))],
        settings: ['NoNewPrivileges=yes'],
      },
      { after: [TRUST] },
    ),
    {
      kind: 'probe',
      name: loop.name,
      sentence: `${loop.name} answers`,
      deadlineSeconds: CLUSTER_DEADLINE,
      check: { type: 'http', url: `https://127.0.0.1:${loop.port}/healthz`, trust: TRUST_FILE },
    },
  ];
}
