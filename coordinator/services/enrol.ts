/** The enrol port: the wire's spelling of what coordinator/enrolment decides. */
import type { VentError } from '../../shared/errors.ts';
import type {
  BeginAnswer,
  BeginRequest,
  BeginReturnRequest,
  FinishAnswer,
  FinishRequest,
  FinishReturnRequest,
} from '../../shared/identity/messages.ts';
import type { Logger } from '../../shared/log.ts';
import { answer } from '../../shared/rpc.ts';
import type { Handlers } from '../../shared/wire.ts';

export interface EnrolServiceOptions {
  begin(request: BeginRequest, peer: { readonly address: string }): Promise<BeginAnswer>;
  finish(request: FinishRequest, peer: { readonly address: string }): Promise<FinishAnswer>;
  beginReturn(request: BeginReturnRequest, peer: { readonly address: string }): Promise<BeginAnswer>;
  /** @returns PEM, leaf first */
  finishReturn(request: FinishReturnRequest, peer: { readonly address: string }): Promise<string>;
  readonly log: Logger;
}

export function createEnrolService(options: EnrolServiceOptions): Handlers['enrol'] {
  const onBug = (error: VentError): void =>
    options.log.error('an enrolment met a defect', { cause: String(error.cause), stack: error.stack ?? '' });
  return {
    Begin: answer(async (request, { address }) => {
      const {
        token_id: tokenId,
        device_id: deviceId,
        spki,
        client_nonce: clientNonce,
        agent_version: agentVersion,
      } = request;
      const clockUnixMilliseconds = Number(request.clock_unix_milliseconds);
      const begun = await options.begin(
        { tokenId, deviceId, spki, clientNonce, agentVersion, clockUnixMilliseconds },
        { address },
      );
      return { challenge_id: begun.challengeId, server_nonce: Buffer.from(begun.serverNonce) };
    }, onBug),
    Finish: answer(async (request, { address }) => {
      const { challenge_id: challengeId, proof, signature } = request;
      const enrolled = await options.finish({ challengeId, proof, signature }, { address });
      return {
        certificate_chain: enrolled.certificateChain,
        node_id: enrolled.nodeId,
        node_name: enrolled.nodeName,
        cluster_id: enrolled.clusterId,
        cluster_name: enrolled.clusterName,
        trust: enrolled.trust,
        node_address: enrolled.nodeAddress,
        artifact_address: enrolled.artifactAddress,
      };
    }, onBug),
    BeginReturn: answer(async (request, { address }) => {
      const { node_id: nodeId, spki, known_spki: knownSpki, client_nonce: clientNonce } = request;
      const clockUnixMilliseconds = Number(request.clock_unix_milliseconds);
      const begun = await options.beginReturn(
        { nodeId, spki, knownSpki, clientNonce, clockUnixMilliseconds },
        { address },
      );
      return { challenge_id: begun.challengeId, server_nonce: Buffer.from(begun.serverNonce) };
    }, onBug),
    FinishReturn: answer(async (request, { address }) => {
      const { challenge_id: challengeId, signature, known_signature: knownSignature } = request;
      const chain = await options.finishReturn({ challengeId, signature, knownSignature }, { address });
      return { certificate_chain: chain };
    }, onBug),
  };
}
