import type { CertificateView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { type Listing, type OutputOptions, printList, renderAge } from '../output.ts';

function certificateListing(now: number): Listing<CertificateView> {
  return {
    kind: 'Certificate',
    nameOf: (certificate) => `certificate/${certificate.serial}`,
    objectOf: (certificate) => certificate,
    columns: [
      { title: 'NAME', value: (certificate) => certificate.name },
      { title: 'HOLDER', value: (certificate) => certificate.holder },
      { title: 'AUTHORITY', value: (certificate) => certificate.authority },
      { title: 'SUBJECT', value: (certificate) => certificate.subject },
      { title: 'SERIAL', value: (certificate) => certificate.serial, isWide: true },
      { title: 'EXPIRES-IN', value: (certificate) => renderAge(Date.parse(certificate.not_after) - now) },
    ],
  };
}

/** `vent certificates`: every certificate in force, with its age. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('certificates')
    .alias('certs')
    .summary('List certificates and when they expire')
    .description(
      'List the newest certificate of every name and holder, and when it expires. Agents renew them by themselves.',
    )
    .helpGroup(GROUPS.look);
  addOutputOptions(command);
  withExamples(
    command,
    `  # those that expire first
  vent certificates --sort-by {.not_after}

  # serial numbers as well
  vent certificates -o wide`,
  );
  command.action(async (options: OutputOptions) => {
    await context.withOperator(command, async (operator) => {
      const { certificates } = await operator.call((methods) => methods.ListCertificates, {});
      printList(context.shell, certificateListing(context.shell.now()), certificates, options);
    });
  });
};
