/** The Supply over mutual TLS: bundles and secrets by gRPC, artifacts by HTTPS, trust from memory. */
import { createPublicKey, sign } from 'node:crypto';
import type { Agent } from 'node:https';
import type { Client } from '@grpc/grpc-js';
import { call } from '../../shared/rpc.ts';
import type { Services, TrustBundle } from '../../shared/wire.ts';
import type { Supply } from '../kind.ts';
import { fetchArtifact } from './artifact-source.ts';

const CALL_MILLISECONDS = 15_000;

export interface SupplyOptions {
  readonly services: Services;
  readonly nodeId: string;
  /** `https://host:port` */
  artifactAddress(): string;
  channel(): Client;
  https(): Agent;
  trust(): TrustBundle | undefined;
}

export function createSupply(options: SupplyOptions): Supply {
  return {
    artifact: (sha256, offset) => fetchArtifact(options.artifactAddress(), options.https(), sha256, offset),
    async bundle(certificate, key) {
      const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
      const signature = sign('sha256', Buffer.from(`vent bundle\n${certificate}\n${options.nodeId}`), key);
      const request = { certificate, spki, signature };
      const answer = await call(options.channel(), options.services.node.IssueBundle, request, {
        milliseconds: CALL_MILLISECONDS,
      });
      return { chain: answer.certificate_chain };
    },
    async secret(name, version) {
      const answer = await call(
        options.channel(),
        options.services.node.GetSecret,
        { name, version },
        { milliseconds: CALL_MILLISECONDS },
      );
      return answer.value;
    },
    trust: (authority) => options.trust()?.authorities[authority],
  };
}
