import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compareRows, errorRows } from '../../scripts/check/reference.ts';
import { ERRORS, hasSystemCode, VentError } from '../../shared/errors.ts';

describe('the catalogue of errors', () => {
  it('is the reference page, both ways', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/errors.md'), 'utf8');
    assert.deepEqual(compareRows('errors.md', page, errorRows()), []);
  });

  it('is sorted by code', () => {
    assert.deepEqual(Object.keys(ERRORS), Object.keys(ERRORS).toSorted());
  });
});

describe('VentError', () => {
  it('keeps code, hint and cause, and is not tried again unless it says so', () => {
    const cause = new Error('below');
    const error = new VentError('UNAVAILABLE', 'cannot reach the API: refused', { hint: 'Start it.', cause });
    assert.deepEqual([error.code, error.hint, error.retry, error.cause], ['UNAVAILABLE', 'Start it.', 'never', cause]);
    assert.equal(new VentError('BUSY', 'cannot read', { retry: 'backoff' }).retry, 'backoff');
  });

  it('stays itself when it crosses a border, and anything else becomes a bug that keeps its cause', () => {
    const error = new VentError('NOT_FOUND', 'cannot find n1: no such node');
    assert.equal(VentError.from(error), error);
    const cause = new TypeError('x is undefined');
    const bug = VentError.from(cause);
    assert.deepEqual([bug.code, bug.message, bug.cause], ['BUG', 'x is undefined', cause]);
    assert.equal(VentError.from('thrown text').message, 'thrown text');
  });
});

describe('hasSystemCode', () => {
  it('is true for that code only', () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    assert.equal(hasSystemCode(error, 'ENOENT'), true);
    assert.equal(hasSystemCode(error, 'EACCES'), false);
    assert.equal(hasSystemCode('ENOENT', 'ENOENT'), false);
  });
});
