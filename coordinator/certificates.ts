/** Every certificate in force, as operators see it. */
import type { CertificateView } from '../shared/wire.ts';
import type { State } from './state.ts';

/** The newest of each holder and name. */
export async function listCertificates(
  state: Pick<State, 'nodes' | 'authorities'>,
): Promise<readonly CertificateView[]> {
  const names = new Map((await state.nodes.list()).rows.map((row) => [row.value.id, row.value.name]));
  const newest = new Map<string, CertificateView>();
  for (const row of (await state.authorities.list()).toSorted((a, b) => a.notBefore.localeCompare(b.notBefore))) {
    const holder = names.get(row.holder) ?? row.holder;
    const subject = [`CN=${row.commonName}`, ...row.organizations.map((organization) => `O=${organization}`)].join(
      ', ',
    );
    newest.set(`${holder} ${row.name}`, {
      holder,
      name: row.name,
      authority: row.authority,
      subject,
      serial: row.serial,
      not_after: row.notAfter,
    });
  }
  return [...newest.values()].sort((a, b) => a.holder.localeCompare(b.holder) || a.name.localeCompare(b.name));
}
