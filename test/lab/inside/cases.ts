/** Examples of kinds that need more of a machine than a fake does: a containerd that runs, and a mirror that has packages. */
import type { Commands } from '../../../agent/host/linux/commands.ts';
import { imageReference, packImage } from '../../../coordinator/artifacts/images.ts';
import type { ResourceKind } from '../../../shared/document.ts';
import type { KindCase } from '../../laws/kind-cases.ts';

const REFERENCE = imageReference('laws', '1');
/** In the mirror that kinds.test.ts gives the machine. */
const PACKAGE = 'vent-laws';

export function createMachineCases(commands: Commands): Partial<Record<ResourceKind, KindCase>> {
  return {
    image: {
      async prepare({ host, supply }) {
        await host.units.start('containerd.service', { block: true });
        const archive = await packImage({ reference: REFERENCE, architecture: 'x64', files: [] });
        return { kind: 'image', name: REFERENCE, ...supply.publish(archive.toString('utf8')) };
      },
      spoil: ({ host }) => host.images.remove(REFERENCE),
    },
    package: {
      async prepare() {
        await commands.run('dpkg', ['--purge', PACKAGE]);
        return { kind: 'package', name: 'laws', packages: [`${PACKAGE} | a-package-that-no-mirror-has`, 'iproute2'] };
      },
      spoil: async () => void (await commands.run('dpkg', ['--remove', PACKAGE])),
    },
  };
}
