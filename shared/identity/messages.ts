/** What enrolment says, as both sides handle it; the wire's spelling is that of proto/vent/v1/enrol.proto. */
import type { TrustBundle } from '../wire.ts';

export interface BeginRequest {
  readonly tokenId: string;
  readonly deviceId: string;
  /** DER. */
  readonly spki: Uint8Array;
  /** 32 bytes. */
  readonly clientNonce: Uint8Array;
  readonly agentVersion: string;
  readonly clockUnixMilliseconds: number;
}

export interface BeginAnswer {
  readonly challengeId: string;
  /** 32 bytes. */
  readonly serverNonce: Uint8Array;
}

export interface FinishRequest {
  readonly challengeId: string;
  /** 32 bytes. */
  readonly proof: Uint8Array;
  /** ECDSA over the transcript, DER. */
  readonly signature: Uint8Array;
}

export interface FinishAnswer {
  /** PEM, leaf first. */
  readonly certificateChain: string;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly trust: TrustBundle;
  /** `host:port` */
  readonly nodeAddress: string;
  /** `https://host:port` */
  readonly artifactAddress: string;
}

/** A node whose certificate ended while it was off. */
export interface BeginReturnRequest {
  readonly nodeId: string;
  /** Of the key that the new certificate is to be for, DER. */
  readonly spki: Uint8Array;
  /** Of the key whose certificate ended, DER. */
  readonly knownSpki: Uint8Array;
  /** 32 bytes. */
  readonly clientNonce: Uint8Array;
  readonly clockUnixMilliseconds: number;
}

export interface FinishReturnRequest {
  readonly challengeId: string;
  /** ECDSA over the transcript by the new key, DER. */
  readonly signature: Uint8Array;
  /** ECDSA over the transcript by the known key, DER. */
  readonly knownSignature: Uint8Array;
}

/** What stands in a returning node's transcript where an enrolling machine has its device: no device id holds a colon. */
export function returnSubject(nodeId: string): string {
  return `node:${nodeId}`;
}

/** What a new key signs when an agent renews its certificate. */
export function renewalStatement(nodeId: string): Uint8Array {
  return Buffer.from(`vent renew\n${nodeId}`);
}

/** The URI that an agent's certificate carries as its subject alternative name. */
export function nodeUri(clusterId: string, nodeId: string): string {
  return `spiffe://${clusterId}/node/${nodeId}`;
}
