import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stopDaemon } from '../../scripts/lab/daemon.ts';
import { findInit, waitFor } from '../../scripts/lab/machine.ts';
import { nameMachine } from '../../scripts/lab/names.ts';
import { callFacility, labOptions, orderDevice, outputOf, useLab, waitForOutput } from './lab.ts';

describe('a machine ordered at the facility', labOptions, () => {
  const lab = useLab('order');
  let id = '';

  it('phones home by itself and then runs its userdata', async () => {
    await lab.startFacility();
    id = await orderDevice(lab, 'ordered', '#!/bin/sh\ncat /etc/hostname > /root/userdata-ran\n');
    assert.equal(await waitForOutput(lab, 'ordered', ['cat', '/root/userdata-ran']), 'ordered');
  });

  it('boots without a failed unit', async () => {
    await outputOf(lab, 'ordered', ['systemctl', 'is-system-running', '--wait']);
    assert.equal(await outputOf(lab, 'ordered', ['systemctl', 'list-units', '--failed', '--plain', '--no-legend']), '');
  });

  it('reads its own metadata, by its address and without a token', async () => {
    const document = await outputOf(lab, 'ordered', ['curl', '-sSf', 'http://192.80.8.124/metadata']);
    assert.equal(JSON.parse(document).id, id);
  });

  it('goes on while the facility is away, and obeys it again afterwards', async () => {
    await stopDaemon('facility', lab.names);
    assert.equal(await outputOf(lab, 'ordered', ['hostname']), 'ordered');
    await lab.startFacility();
    const before = await findInit(nameMachine(lab.names, id));
    await callFacility(lab, 'POST', `/devices/${id}/actions`, { type: 'reboot' });
    const another = async (): Promise<true | undefined> => {
      const init = await findInit(nameMachine(lab.names, id));
      return init !== undefined && init.pid !== before?.pid ? true : undefined;
    };
    await waitFor(another, 'machine to be reset');
  });

  it('is taken away when it is deleted', async () => {
    await callFacility(lab, 'DELETE', `/devices/${id}`);
    const gone = async (): Promise<true | undefined> =>
      lab.execute('ordered', ['true']).then(
        () => undefined,
        (thrown: { code: string }) => (thrown.code === 'NOT_FOUND' ? true : undefined),
      );
    await waitFor(gone, 'machine to go');
  });
});
