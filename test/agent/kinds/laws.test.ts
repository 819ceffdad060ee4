import { createFakeSupply } from '../../../agent/fake/supply.ts';
import { createFakeHost } from '../../../agent/host/fake/host.ts';
import { wireLikePacket } from '../../../agent/host/fake/wiring.ts';
import { createKinds } from '../../../agent/kinds/index.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { describeKinds } from '../../laws/kind.ts';
import type { KindMachine } from '../../laws/kind-machine.ts';

describeKinds('fake', async (): Promise<KindMachine> => {
  const host = createFakeHost();
  wireLikePacket(host.networking);
  host.loadable.add('overlay');
  host.mirror.add('socat');
  const clock = createEagerClock();
  const supply = createFakeSupply(clock);
  const kinds = createKinds({ supply, clock });
  return { host, clock, supply, kinds, snapshot: async () => host.snapshot(), close: async () => undefined };
});
