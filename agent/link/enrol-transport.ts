/** The enrol port over gRPC, one connection an attempt, remembering which certificate the server showed on it. */

import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import { VentError } from '../../shared/errors.ts';
import { spkiOf } from '../../shared/identity/keys.ts';
import { COORDINATOR_NAME, call } from '../../shared/rpc.ts';
import type { Services } from '../../shared/wire.ts';
import type { EnrolTransport } from '../enrol.ts';

const LIMITS = { milliseconds: 20_000 };

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
        LIMITS,
      );
      return { challengeId: answer.challenge_id, serverNonce: answer.server_nonce };
    },
    async finish({ challengeId, proof, signature }) {
      const request = { challenge_id: challengeId, proof: Buffer.from(proof), signature: Buffer.from(signature) };
      const answer = await call(client, services.enrol.Finish, request, LIMITS);
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
    ...returnCalls(client, services),
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

/** The exchange of a node whose certificate has ended. */
function returnCalls(client: Client, services: Services): Pick<EnrolTransport, 'beginReturn' | 'finishReturn'> {
  return {
    async beginReturn(request) {
      const answer = await call(
        client,
        services.enrol.BeginReturn,
        {
          node_id: request.nodeId,
          spki: Buffer.from(request.spki),
          known_spki: Buffer.from(request.knownSpki),
          client_nonce: Buffer.from(request.clientNonce),
          clock_unix_milliseconds: String(request.clockUnixMilliseconds),
        },
        LIMITS,
      );
      return { challengeId: answer.challenge_id, serverNonce: answer.server_nonce };
    },
    async finishReturn({ challengeId, signature, knownSignature }) {
      const request = {
        challenge_id: challengeId,
        signature: Buffer.from(signature),
        known_signature: Buffer.from(knownSignature),
      };
      return (await call(client, services.enrol.FinishReturn, request, LIMITS)).certificate_chain;
    },
  };
}
