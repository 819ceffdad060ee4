/** The interface that tests of a machine's network take as their example: it fits `wireLikePacket`. */
import type { ResourceOf } from '../../shared/document.ts';

export const VENT0: ResourceOf<'interface'> = {
  kind: 'interface',
  name: 'vent0',
  parent: 'bond0',
  mac: '02:00:00:00:00:02',
  address: '10.80.0.3',
  prefix: 31,
  gateway: '10.80.0.2',
};
