/** An operator port with some of its methods, and operators who hold certificates for it. */
import { randomBytes } from 'node:crypto';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { issueOperatorCertificate, type OperatorRole, readHolder } from '../../../coordinator/authority/holders.ts';
import { connectOperator, type Operator } from '../../../coordinator/cli/operator.ts';
import type { CallersOptions } from '../../../coordinator/services/callers.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { systemClock } from '../../../shared/clock.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import type { Handlers } from '../../../shared/wire.ts';
import { loadServices } from '../../../shared/wire.ts';
import { CLUSTER } from '../snapshots/world.ts';
import { listenFor } from './listen.ts';

export interface OperatorPort {
  connect(name: string, role: OperatorRole): Promise<Operator>;
  close(): Promise<void>;
}

/** @param methodsFor whoever can tell the callers apart; those that are missing are UNIMPLEMENTED */
export async function openOperatorPort(
  methodsFor: (callers: CallersOptions) => Partial<Handlers['operator']>,
): Promise<OperatorPort> {
  const sealer = createSealer(randomBytes(32));
  const authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
  const operators: Operator[] = [];
  const methods = methodsFor({ holderOf: async ({ certificate }) => certificate && readHolder(certificate, CLUSTER) });
  const implementation = methods as unknown as UntypedServiceImplementation;
  const listener = await listenFor(authorities, { definition: loadServices().operator, implementation });
  return {
    async connect(name, role) {
      const key = await generateKey();
      const { chain } = await issueOperatorCertificate(authorities, { name, role, spki: spkiOf(key) });
      const address = `127.0.0.1:${listener.port}`;
      const roots = authorities.roots('vent');
      const operator = await connectOperator({ name, address, roots, certificate: chain, key: encodePrivateKey(key) });
      operators.push(operator);
      return operator;
    },
    async close() {
      for (const operator of operators) operator.close();
      await listener.close(100);
    },
  };
}
