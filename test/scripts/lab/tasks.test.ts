import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAEMON, OWNER } from '../../../scripts/lab/child.ts';
import { nameInstance } from '../../../scripts/lab/names.ts';
import type { Task } from '../../../scripts/lab/tasks.ts';
import {
  belongsTo,
  isDaemon,
  isInside,
  listTasks,
  parseCgroups,
  parseNulList,
  parseStat,
} from '../../../scripts/lab/tasks.ts';

const task = (change: Partial<Task>): Task => ({
  pid: 7,
  parent: 1,
  startTime: '1',
  argv: [],
  cgroups: ['/'],
  environment: new Map(),
  ...change,
});

describe('a line of /proc/PID/stat', () => {
  const rest = ' S 41 42 42 0 -1 4194560 1 0 0 0 3 1 0 0 20 0 1 0 8812 4096 9';
  for (const name of ['node', 'a b', 'a) R 1', '(sd-pam)'])
    it(`is read when the program is called ${JSON.stringify(name)}`, () => {
      assert.deepEqual(parseStat(`42 (${name})${rest}\n`), { state: 'S', parent: 41, startTime: '8812' });
    });
});

describe('lists of /proc', () => {
  it('are separated by NUL, with one at the end', () => {
    assert.deepEqual(parseNulList('sh\0-c\0echo a b\0'), ['sh', '-c', 'echo a b']);
    assert.deepEqual(parseNulList(''), []);
  });

  it('of control groups keep paths with colons', () => {
    const text = '5:devices:/vent.main.1\n1:name=systemd:/a:b\n0::/\n';
    assert.deepEqual(parseCgroups(text), ['/vent.main.1', '/a:b', '/']);
  });
});

describe('what belongs to a lab', () => {
  const names = nameInstance('main');

  it('is what carries its mark', () => {
    const environment = new Map([[OWNER, names.directory]]);
    assert.ok(belongsTo(names, task({ environment })));
    assert.ok(!belongsTo(nameInstance('main2'), task({ environment })));
  });

  it('is what sits anywhere below a control group of its machines', () => {
    const cgroups = ['/', '/vent.main.0a1b2c3d/kubepods/pod1'];
    assert.ok(belongsTo(names, task({ cgroups })));
    assert.ok(isInside('vent.main.0a1b2c3d', task({ cgroups })));
    assert.ok(!isInside('vent.main.0a1b2c3', task({ cgroups })));
    assert.ok(!belongsTo(nameInstance('mai'), task({ cgroups })));
  });

  it('is a daemon by name only when it is the daemon itself', () => {
    const marked = (daemon: string): Task =>
      task({
        environment: new Map([
          [OWNER, names.directory],
          [DAEMON, daemon],
        ]),
      });
    assert.ok(isDaemon(names, 'facility', marked('facility')));
    assert.ok(!isDaemon(names, 'facility', marked('')));
  });
});

describe('the tasks of this computer', { skip: process.platform === 'linux' ? false : 'there is no /proc' }, () => {
  it('include this one, with its parent and its argument list', async () => {
    const own = (await listTasks()).find((candidate) => candidate.pid === process.pid);
    assert.equal(own?.parent, process.ppid);
    assert.equal(own?.argv[0], process.argv0);
  });
});
