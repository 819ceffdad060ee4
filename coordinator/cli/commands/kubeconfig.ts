import { join } from 'node:path';
import { addDryRun, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { withCluster } from '../kubeconfig.ts';

interface KubeconfigOptions {
  readonly merge: boolean;
  readonly current?: boolean;
  readonly dryRun?: boolean;
}

/** `vent kubeconfig`: an administrator's access to the Kubernetes API, merged into ~/.kube/config by default. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('kubeconfig')
    .argument('[path]', 'file to write, - prints it (default: the first of $KUBECONFIG, else ~/.kube/config)')
    .summary("Write an administrator's kubeconfig")
    .description(
      "Write an administrator's kubeconfig with a fresh key and certificate. By default it is merged into the file that kubectl reads; what is there stays, comments included.",
    )
    .helpGroup(GROUPS.begin)
    .option('--no-merge', 'replace the file instead')
    .option('--current', "make the cluster's context the current one");
  addDryRun(command);
  withExamples(
    command,
    `  # merge it, then use kubectl as always
  vent kubeconfig --current
  kubectl get nodes

  # a file of its own
  vent kubeconfig ./demo.kubeconfig --no-merge`,
  );
  command.action(async (path: string | undefined, options: KubeconfigOptions) => {
    const { shell } = context;
    const target =
      path ??
      shell.env.KUBECONFIG?.split(':').find((candidate) => candidate !== '') ??
      join(shell.home, '.kube', 'config');
    if (options.dryRun === true) {
      const { name } = await context.withOperator(command, (operator) =>
        operator.call((methods) => methods.GetCluster, {}),
      );
      shell.out(`${target} would be written: context ${name}\n`);
      return;
    }
    const { generateKeyPairSync, sign } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const signature = sign('sha256', Buffer.from('vent kubeconfig'), privateKey);
    const answer = await context.withOperator(command, (operator) =>
      operator.call((methods) => methods.GetKubeconfig, { spki, signature }),
    );
    const entry = {
      cluster: answer.cluster_name,
      trust: answer.trust,
      certificate: answer.certificate_chain,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      servers: answer.servers,
    };
    if (target === '-') return shell.out(withCluster(undefined, entry, true));
    const present = options.merge ? await shell.readFile(target).catch(() => undefined) : undefined;
    await shell.writeFile(target, withCluster(present, entry, options.current === true), true);
    shell.out(`${target} written: context ${answer.cluster_name}\n`);
  });
};
