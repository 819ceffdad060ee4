/** A facility's metadata service, which may be slow to know its machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TestMetadata extends AsyncDisposable {
  readonly base: string;
  /** Bodies posted to the user-state URL. */
  readonly states: string[];
  /** Paths that were asked for. */
  readonly requests: string[];
  /** What is answered before the device id: a status, or another text. */
  answerFirst(...answers: readonly (number | string)[]): void;
  /** The status of every answer at the user-state URL. */
  refuseStates(status: number): void;
}

export const DEVICE = '0d3b6a5e-6f2f-4c2f-9a3e-3c1f0d0a7b11';

export async function startMetadata(): Promise<TestMetadata> {
  const states: string[] = [];
  const requests: string[] = [];
  let first: (number | string)[] = [];
  let stateStatus = 201;
  const server = createServer(async (request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/2009-04-04/meta-data/instance-id') {
      const answer = first.shift() ?? DEVICE;
      response.writeHead(typeof answer === 'number' ? answer : 200).end(typeof answer === 'number' ? '' : answer);
    } else if (request.url === '/metadata') {
      response.end(JSON.stringify({ id: DEVICE, tags: [], user_state_url: `http://${request.headers.host}/events` }));
    } else {
      states.push(await text(request));
      response.writeHead(stateStatus).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    states,
    requests,
    answerFirst(...answers) {
      first = [...answers];
    },
    refuseStates(status) {
      stateStatus = status;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
