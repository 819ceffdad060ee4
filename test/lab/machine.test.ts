import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import type { Machines } from '../../scripts/lab/facility/machines.ts';
import { findInit, waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { inNamespace } from '../../scripts/lab/network.ts';
import { pointService, portOf } from '../../scripts/lab/settings.ts';
import { isInside, killTasks, listTasks } from '../../scripts/lab/tasks.ts';
import { labOptions, openMachines, orderOf, outputOf, useLab, waitForOutput } from './lab.ts';

/** True once a unit has done its work or is doing it. */
const networkingIsUp = ['systemctl', 'is-active', 'networking.service'];

describe('a machine of the lab', labOptions, () => {
  const lab = useLab('machine');
  const one = orderOf('one', 1);
  const two = orderOf('two', 2);
  let machines: Machines;

  before(async () => {
    machines = await openMachines(lab);
    await Promise.all([machines.install(one), machines.install(two)]);
    await Promise.all(['one', 'two'].map((name) => waitForOutput(lab, name, networkingIsUp)));
  });

  it('runs systemd as PID 1 under its own name and machine id', async () => {
    assert.equal(await outputOf(lab, 'one', ['cat', '/proc/1/comm']), 'systemd');
    assert.equal(await outputOf(lab, 'one', ['hostname']), 'one');
    assert.equal(await outputOf(lab, 'one', ['cat', '/etc/machine-id']), one.id.replaceAll('-', ''));
    assert.equal(await outputOf(lab, 'two', ['cat', '/etc/machine-id']), two.id.replaceAll('-', ''));
  });

  it("has Packet's addresses on bond0, the private one as bond0:0, and Packet's routes", async () => {
    const addresses = await outputOf(lab, 'one', ['ip', '-4', 'address', 'show', 'dev', 'bond0']);
    assert.match(addresses, /inet 198\.51\.100\.3\/31 .* bond0\n/);
    assert.match(addresses, /inet 10\.80\.0\.3\/31 .* bond0:0\n/);
    const routes = await outputOf(lab, 'one', ['ip', 'route']);
    assert.match(routes, /^default via 198\.51\.100\.2 dev bond0/m);
    assert.match(routes, /^10\.0\.0\.0\/8 via 10\.80\.0\.2 dev bond0/m);
  });

  it('reaches its neighbours, by private and by public address, through the router only', async () => {
    await outputOf(lab, 'one', ['ping', '-c1', '-W2', '10.80.0.5']);
    await outputOf(lab, 'one', ['ping', '-c1', '-W2', '198.51.100.5']);
    assert.match(await outputOf(lab, 'one', ['ip', 'route', 'get', '10.80.0.5']), /via 10\.80\.0\.2/);
  });

  it('is told at once, by resolver and router, that there is no world outside', async () => {
    const started = Date.now();
    const names = await lab.execute('one', ['getent', 'ahosts', 'example.org']);
    const connection = await lab.execute('one', ['curl', '-sS', '--max-time', '20', 'http://192.0.2.1/']);
    assert.notEqual(names.code, 0);
    assert.notEqual(connection.code, 0);
    assert.ok(Date.now() - started < 2000, 'a look-up or a connection hung');
    assert.match(await outputOf(lab, 'one', ['getent', 'ahostsv4', 'two']), /^10\.80\.0\.5 /);
  });

  it('writes its control groups, as kubelet must', async () => {
    const group = [
      'sh',
      '-c',
      'for d in /sys/fs/cgroup/*/; do [ -w "$d/cgroup.procs" ] && mkdir "$d/t" && rmdir "$d/t"; done',
    ];
    await outputOf(lab, 'one', group);
  });

  it('is reached on a port of 127.0.0.1', async () => {
    await outputOf(lab, 'one', ['sh', '-c', 'echo hello > /root/index.html']);
    const serve = ['busybox', 'httpd', '-p', '6443', '-h', '/root'];
    await outputOf(lab, 'one', ['systemd-run', '--quiet', ...serve, '-f']);
    await waitForOutput(lab, 'one', ['curl', '-sS', 'http://127.0.0.1:6443/']);
    await pointService(lab.names, 'kubernetes', '198.51.100.3:6443');
    const answer = await fetch(`http://127.0.0.1:${await portOf(lab.names, 'kubernetes')}/`);
    assert.equal(await answer.text(), 'hello\n');
  });

  it('loses on a reboot what a reboot loses, keeps its disk, and brings up a new bond0 by its own files', async () => {
    const bootId = ['cat', '/proc/sys/kernel/random/boot_id'];
    const earlier = await outputOf(lab, 'one', bootId);
    await outputOf(lab, 'one', [
      'sh',
      '-c',
      'echo kept > /root/kept; touch /run/lost; mkdir -p /sys/fs/cgroup/memory/lost',
    ]);
    await outputOf(lab, 'one', ['ip', 'address', 'add', '192.0.2.99/32', 'dev', 'bond0']);
    await outputOf(lab, 'one', ['nft', 'add', 'table', 'inet', 'lost']);
    await outputOf(lab, 'one', ['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    await lab.execute('one', ['systemctl', 'reboot']);
    const isAnotherBoot = ['sh', '-c', `[ $(cat /proc/sys/kernel/random/boot_id) != ${earlier} ]`];
    await waitForOutput(lab, 'one', isAnotherBoot);
    await waitForOutput(lab, 'one', networkingIsUp);
    assert.equal(await outputOf(lab, 'one', ['cat', '/root/kept']), 'kept');
    assert.equal(
      await outputOf(lab, 'one', ['sh', '-c', 'ls /run/lost /sys/fs/cgroup/memory/lost 2>/dev/null; true']),
      '',
    );
    assert.equal(await outputOf(lab, 'one', ['nft', 'list', 'tables']), '');
    assert.equal(await outputOf(lab, 'one', ['sysctl', '-n', 'net.ipv4.ip_forward']), '0');
    const addresses = await outputOf(lab, 'one', ['ip', '-4', '-o', 'address', 'show', 'dev', 'bond0']);
    assert.deepEqual(addresses.match(/\d+(\.\d+){3}(?=\/)/g), ['198.51.100.3', '10.80.0.3']);
  });

  it('stays off after a power off from inside, and comes back when it is switched on', async () => {
    const machine = nameMachine(lab.names, two.id);
    await lab.execute('two', ['systemctl', 'poweroff']);
    const isOff = async (): Promise<true | undefined> =>
      (await listTasks()).some((task) => task.argv.includes(machine.name) || isInside(machine.name, task))
        ? undefined
        : true;
    await waitFor(isOff, 'machine two to power off');
    await machines.powerOn(two.id);
    await waitForOutput(lab, 'two', networkingIsUp);
    await machines.powerOn(two.id);
    assert.equal(await outputOf(lab, 'two', ['hostname']), 'two');
  });

  it('goes on when its supervisor is killed, and can still be reset', async () => {
    const machine = nameMachine(lab.names, two.id);
    const init = await findInit(machine);
    await killTasks((task) => task.argv.includes('supervise') && task.argv.includes(machine.name));
    assert.deepEqual((await findInit(machine))?.pid, init?.pid);
    await machines.reboot(two.id);
    await waitForOutput(lab, 'two', networkingIsUp);
    assert.notDeepEqual((await findInit(machine))?.pid, init?.pid);
  });

  it('is gone with its disk, link and names once it is removed', async () => {
    const three = orderOf('three', 3);
    await machines.install(three);
    await machines.remove(three.id);
    await machines.remove(three.id);
    await assert.rejects(access(nameMachine(lab.names, three.id).directory));
    const links = await lab.children.need(inNamespace(lab.names.router, ['ip', '-br', 'link']));
    assert.ok(links.includes('m-00000001') && !links.includes('m-00000003'));
    assert.equal((await lab.execute('one', ['getent', 'ahosts', 'three'])).code, 2);
    await assert.rejects(lab.execute('three', ['true']), { code: 'NOT_FOUND' });
  });
});
