import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Gate } from '../../../coordinator/rollout/command-gates.ts';
import { createGateKeeper } from '../../../coordinator/rollout/gates.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';

const SHOP: Gate = { name: 'shop', http: { url: 'https://shop.example.org/healthz', status: 200 }, timeout: '60s' };

function createBench() {
  const clock = createFakeClock();
  /** What the address answers; undefined is no answer. */
  const answers: { status: number | undefined; asked: number; changes: number } = { status: 200, asked: 0, changes: 0 };
  const fetch = async (): Promise<Response> => {
    answers.asked += 1;
    if (answers.status === undefined) throw new TypeError('fetch failed');
    return new Response(null, { status: answers.status });
  };
  const onChange = (): void => {
    answers.changes += 1;
  };
  return { clock, answers, keeper: createGateKeeper({ fetch: fetch as typeof globalThis.fetch, clock, onChange }) };
}

describe('a gate', () => {
  it('is asked once for a step, and lets it pass when it answers as wished', async () => {
    const { clock, answers, keeper } = createBench();
    assert.equal(keeper.verdict('1 a', [SHOP])?.complaint, 'asks shop');
    await clock.advance(0);
    assert.equal(keeper.verdict('1 a', [SHOP]), undefined);
    await clock.advance(60_000);
    assert.deepEqual([answers.asked, answers.changes], [1, 1]);
  });

  it('is asked again until it opens, says what it answers, and since when it is waited for', async () => {
    const { clock, answers, keeper } = createBench();
    const begin = clock.now();
    answers.status = 503;
    keeper.verdict('1 a', [SHOP]);
    await clock.advance(5000);
    assert.deepEqual(keeper.verdict('1 a', [SHOP]), {
      complaint: 'gate shop: https://shop.example.org/healthz answers 503, not 200',
      since: begin,
    });
    answers.status = undefined;
    await clock.advance(5000);
    assert.match(keeper.verdict('1 a', [SHOP])?.complaint ?? '', /does not answer/);
    answers.status = 200;
    await clock.advance(5000);
    assert.equal(keeper.verdict('1 a', [SHOP]), undefined);
  });

  it('is asked anew for the next step, and by nobody once all has ended', async () => {
    const { clock, answers, keeper } = createBench();
    keeper.verdict('1 a', [SHOP]);
    await clock.advance(0);
    answers.status = 500;
    assert.equal(keeper.verdict('1 a b', [SHOP])?.complaint, 'asks shop');
    await clock.advance(0);
    keeper.end();
    const { asked } = answers;
    await clock.advance(60_000);
    assert.equal(answers.asked, asked);
  });

  it('is none where the file names none', () => {
    assert.equal(createBench().keeper.verdict('1 a', []), undefined);
  });
});
