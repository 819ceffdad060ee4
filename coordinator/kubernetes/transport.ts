/** What the client asks of the network; https-transport.ts does it, fake.ts stands in for all of it. */

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Stream {
  readonly status: number;
  /** Lines of the body as they come, without their ends. @throws VentError UNAVAILABLE when the connection breaks */
  readonly lines: AsyncIterable<string>;
}

export interface Transport {
  /** @throws VentError UNAVAILABLE when no API server answered, CANCELLED when the signal aborted */
  send(call: Call, signal?: AbortSignal): Promise<Answer>;
  /** A GET whose body has no end. Aborting the signal closes it. @throws as `send` */
  open(path: string, signal: AbortSignal): Promise<Stream>;
  close(): void;
}
