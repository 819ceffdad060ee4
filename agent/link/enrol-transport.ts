/** The enrol port over gRPC, one connection an attempt, remembering which certificate the server showed on it. */

import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { VentError } from '../../shared/errors.ts';
import { spkiOf } from '../../shared/identity/keys.ts';
import { COORDINATOR_NAME, call } from '../../shared/rpc.ts';
import type { Services } from '../../shared/wire.ts';
import type { EnrolTransport } from '../enrol.ts';

const CALL_MILLISECONDS = 20_000;

/** @param address `host:port` @param roots PEM */
export function openEnrolTransport(services: Services, address: string, roots: string): EnrolTransport {
  let shown: Uint8Array | undefined;
  const secure = credentials.createSsl(Buffer.from(roots), null, null, {
    // The chain was verified before this is called; the name is checked here, because the default check is replaced.
    checkServerIdentity(_hostname: string, certificate: PeerCertificate): Error | undefined {
      const parsed = new X509Certificate(certificate.raw);
      if (parsed.checkHost(COORDINATOR_NAME) === undefined)
        return new Error(`the certificate is not for ${COORDINATOR_NAME}`);
      shown = spkiOf(parsed.publicKey);
      return undefined;
    },
  });
  const client = new Client(address, secure, {
    'grpc.ssl_target_name_override': COORDINATOR_NAME,
    'grpc.use_local_subchannel_pool': 1,
  });
  const limits = { milliseconds: CALL_MILLISECONDS };
  return {
    async begin(request) {
      const answer = await call(
        client,
        services.enrol.Begin,
        {
          token_id: request.tokenId,
          device_id: request.deviceId,
          spki: Buffer.from(request.spki),
          client_nonce: Buffer.from(request.clientNonce),
          agent_version: request.agentVersion,
          clock_unix_milliseconds: String(request.clockUnixMilliseconds),
        },
        limits,
      );
      return { challengeId: answer.challenge_id, serverNonce: answer.server_nonce };
    },
    async finish({ challengeId, proof, signature }) {
      const request = { challenge_id: challengeId, proof: Buffer.from(proof), signature: Buffer.from(signature) };
      const answer = await call(client, services.enrol.Finish, request, limits);
      if (answer.trust === undefined)
        throw new VentError('INVALID_INPUT', 'cannot use the enrolment: it names nobody to trust', {
          retry: 'backoff',
        });
      return {
        certificateChain: answer.certificate_chain,
        nodeId: answer.node_id,
        nodeName: answer.node_name,
        clusterId: answer.cluster_id,
        clusterName: answer.cluster_name,
        trust: answer.trust,
        nodeAddress: answer.node_address,
        artifactAddress: answer.artifact_address,
      };
    },
    serverSpki() {
      if (shown === undefined)
        throw new VentError('UNAVAILABLE', 'cannot enrol: the server has shown no certificate yet', {
          retry: 'backoff',
        });
      return shown;
    },
    close: () => client.close(),
  };
}
