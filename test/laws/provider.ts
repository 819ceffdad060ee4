/** What every provider keeps to, whatever it stands for. A provider's own tests call `holdProviderLaws`. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeviceRequest, Provider } from '../../coordinator/providers/provider.ts';
import { VentError } from '../../shared/errors.ts';

export interface ProviderUnderLaw {
  readonly provider: Provider;
  /** Lets what the provider has under way happen until the condition holds. */
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** @param open a provider with at least two devices, none of which is being taken away */
export function holdProviderLaws(name: string, open: () => Promise<ProviderUnderLaw>): void {
  describe(`laws of a provider: ${name}`, () => {
    let held: ProviderUnderLaw;
    let provider: Provider;
    before(async () => {
      held = await open();
      provider = held.provider;
    });
    after(() => held.close());

    it('is called by its name', () => assert.equal(provider.name, name));

    it('lists devices with ids of their own, each of which can be looked up', async () => {
      const devices = await provider.list();
      assert.ok(devices.length >= 2);
      assert.equal(new Set(devices.map((device) => device.id)).size, devices.length);
      for (const device of devices) assert.equal((await provider.device(device.id))?.hostname, device.hostname);
    });

    it('gives every device one private management address, and addresses that are whole', async () => {
      for (const { addresses } of await provider.list()) {
        assert.equal(addresses.filter((each) => each.family === 4 && !each.public && each.management).length, 1);
        for (const each of addresses) assert.ok(each.prefix > 0 && each.address !== '' && each.gateway !== '');
      }
    });

    it('gives every device a time that can be read', async () => {
      for (const device of await provider.list()) assert.ok(!Number.isNaN(Date.parse(device.createdAt)));
    });

    it('names devices for Kubernetes one to one', async () => {
      for (const { id } of await provider.list()) assert.equal(provider.providerId(id), `${name}://${id}`);
    });

    it('knows no device that does not exist, and finds removing it no error', async () => {
      assert.equal(await provider.device('6f1c0d52-6a55-4a4e-9d63-0a3c2ffe0000'), undefined);
      await provider.remove('6f1c0d52-6a55-4a4e-9d63-0a3c2ffe0000');
    });

    it('finds by a tag exactly the devices that carry it', async () => {
      const devices = await provider.list();
      for (const tag of new Set([...devices.flatMap((device) => device.tags), 'nobody-has-this'])) {
        const expected = devices.filter((device) => device.tags.includes(tag)).map((device) => device.id);
        assert.deepEqual(
          (await provider.tagged(tag)).map((device) => device.id),
          expected,
        );
      }
    });

    holdMakingLaws(() => held);
  });
}

/** Making and taking away, where a provider does so at all. */
function holdMakingLaws(held: () => ProviderUnderLaw): void {
  it('makes a device that is then found, or refuses with a reason and makes none', async () => {
    const before = await held().provider.list();
    try {
      const made = await held().provider.create(REQUEST);
      assert.deepEqual([made.hostname, made.tags], [REQUEST.hostname, REQUEST.tags]);
      assert.deepEqual(
        (await held().provider.tagged('law-create')).map((device) => device.id),
        [made.id],
      );
    } catch (thrown) {
      assertRefused(thrown);
      assert.deepEqual(await held().provider.list(), before);
    }
  });

  it('takes a device away for good, or refuses with a reason and keeps it', async () => {
    const [device] = await held().provider.list();
    assert.ok(device !== undefined);
    try {
      await held().provider.remove(device.id);
    } catch (thrown) {
      assertRefused(thrown);
      assert.deepEqual(await held().provider.device(device.id), device);
      return;
    }
    await held().until('the device is gone', async () => (await held().provider.device(device.id)) === undefined);
    await held().provider.remove(device.id);
  });
}

const REQUEST: DeviceRequest = {
  hostname: 'law-1',
  plan: 'c2.medium.x86',
  os: 'debian_12',
  tags: ['law-create', 'second'],
  userdata: '#!/bin/sh\ntrue\n',
  spotMaxPrice: undefined,
};

function assertRefused(thrown: unknown): void {
  assert.ok(thrown instanceof VentError, String(thrown));
  assert.equal(thrown.code, 'PROVIDER_REFUSED');
  assert.equal(thrown.retry, 'never');
  assert.match(thrown.message, /^cannot \w+ .+: .+/);
  assert.ok(thrown.hint !== undefined);
}
