import type { Component } from '../component.ts';
import { flannelDevice, interfaceId } from './flannel.ts';
import { API_PORT, addressesOf, apiAddress, runsControlPlane, runsKubelet } from './parts/cluster.ts';

export const BALANCER = 'balancer:api';

export const balancer: Component = {
  name: 'balancer',
  summary: "the cluster's API address, led to an API server that answers",
  render(spec, self, peers) {
    if (!runsKubelet(self)) return [];
    const after = interfaceId(spec);
    return [
      {
        kind: 'balancer',
        name: 'api',
        address: apiAddress(spec),
        port: API_PORT,
        backends: [...addressesOf(peers, 'control-plane')],
        ...(runsControlPlane(self) ? { preferred: self.privateAddress } : {}),
        device: flannelDevice(spec, self),
        source: self.privateAddress,
        gateway: self.privateGateway,
        ...(after === undefined ? {} : { after: [after] }),
      },
    ];
  },
};
