/** What the design says of roles, addresses and identities, read off documents. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Self } from '../../../coordinator/component.ts';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import { idOf, type Resource, type ResourceKind, type ResourceOf } from '../../../shared/document.ts';
import { type Shape, shapeNamed } from './shapes.ts';

function machineOf(shape: Shape, name: string): Self {
  const found = shape.machines.find((machine) => machine.name === name);
  assert.ok(found, name);
  return found;
}

function resourceOf<K extends ResourceKind>(shape: Shape, machine: string, kind: K, name: string): ResourceOf<K> {
  const self = machineOf(shape, machine);
  const isWanted = (resource: Resource): resource is ResourceOf<K> => resource.kind === kind && resource.name === name;
  const found = COMPONENTS.flatMap((component) => component.render(shape.spec, self, shape.machines)).find(isWanted);
  assert.ok(found, `${kind}:${name} on ${machine}`);
  return found;
}

function componentsOf(shape: Shape, machine: string): readonly string[] {
  const self = machineOf(shape, machine);
  return COMPONENTS.filter((component) => component.render(shape.spec, self, shape.machines).length > 0).map(
    ({ name }) => name,
  );
}

const CONTROL = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const highlyAvailable = shapeNamed('three-and-two');
const apart = shapeNamed('etcd-apart');

describe('roles', () => {
  it('an etcd machine runs etcd and nothing of Kubernetes', () => {
    assert.deepEqual(componentsOf(apart, 'store-1'), ['coordinator', 'packages', 'rules', 'etcd', 'agent']);
  });

  it('a control plane without etcd runs the three, and what every kubelet machine runs', () => {
    const components = componentsOf(apart, 'control-1');
    for (const name of [...CONTROL, 'kubelet', 'kube-proxy', 'flannel', 'balancer'])
      assert.ok(components.includes(name));
    assert.ok(!components.includes('etcd'));
  });

  it('a worker runs no part of the control plane', () => {
    const components = componentsOf(highlyAvailable, 'workers-1');
    for (const name of [...CONTROL, 'etcd']) assert.ok(!components.includes(name), name);
  });
});

describe('the way to the API', () => {
  it('every machine balances over all API servers; a control plane prefers its own', () => {
    const worker = resourceOf(highlyAvailable, 'workers-1', 'balancer', 'api');
    assert.deepEqual(worker.backends, ['10.80.0.1', '10.80.0.3', '10.80.0.5']);
    assert.deepEqual([worker.address, worker.preferred], ['172.17.255.255', undefined]);
    assert.equal(resourceOf(highlyAvailable, 'control-2', 'balancer', 'api').preferred, '10.80.0.3');
  });

  it("leaves by the macvlan where there is one, by the facility's link where there is none", () => {
    assert.equal(resourceOf(highlyAvailable, 'workers-1', 'balancer', 'api').device, 'vent0');
    assert.equal(resourceOf(shapeNamed('address-attach'), 'workers-1', 'balancer', 'api').device, 'bond0');
  });

  it("kubelet uses the cluster's address, controller-manager its own machine's server", () => {
    const serverOf = (path: string) =>
      parse(resourceOf(highlyAvailable, 'control-2', 'file', path).content).clusters[0];
    assert.equal(serverOf('/etc/kubernetes/kubelet/kubeconfig').cluster.server, 'https://172.17.255.255:6443');
    const own = serverOf('/etc/kubernetes/kube-controller-manager/kubeconfig').cluster.server;
    assert.equal(own, 'https://10.80.0.3:6443');
  });

  it('kubelet starts after the interface, the balancer and containerd', () => {
    const { after = [] } = resourceOf(highlyAvailable, 'workers-1', 'unit', 'kubelet.service');
    for (const id of ['interface:vent0', 'balancer:api', 'unit:containerd.service']) assert.ok(after.includes(id), id);
  });

  it('the API server is certified for every name and address it is reached by', () => {
    const { dnsNames, addresses } = resourceOf(highlyAvailable, 'control-1', 'certificate', 'kube-apiserver');
    assert.deepEqual(addresses, ['10.80.0.1', '198.51.100.3', '127.0.0.1', '172.17.0.1', '172.17.255.255']);
    for (const name of ['kubernetes.default.svc', 'control-1', 'api.example.org'])
      assert.ok(dnsNames.includes(name), name);
    const elastic = resourceOf(apart, 'control-1', 'certificate', 'kube-apiserver');
    assert.ok(elastic.addresses.includes('203.0.113.7') && !elastic.dnsNames.includes('203.0.113.7'));
  });

  it('the API server asks its own etcd member first, or every member', () => {
    const serversOf = (shape: Shape, machine: string) =>
      /--etcd-servers=(\S+)/
        .exec(resourceOf(shape, machine, 'unit', 'kube-apiserver.service').content)?.[1]
        ?.split(',');
    const members = ['https://10.80.0.1:2379', 'https://10.80.0.3:2379', 'https://10.80.0.5:2379'];
    assert.deepEqual(serversOf(highlyAvailable, 'control-2'), [members[1], members[0], members[2]]);
    assert.equal(serversOf(apart, 'control-1')?.length, 3);
    const learns = (self: Self): Self => (self.name === 'control-2' ? { ...self, servesEtcd: false } : self);
    const growing = { ...highlyAvailable, machines: highlyAvailable.machines.map(learns) };
    for (const machine of ['control-1', 'control-2'])
      assert.deepEqual(serversOf(growing, machine), [members[0], members[2]], 'a learner refuses clients');
  });
});

describe('what facts decide', () => {
  it('the macvlan is the same for ever: its MAC comes from the uuid', () => {
    const { mac, parent, prefix } = resourceOf(highlyAvailable, 'control-1', 'interface', 'vent0');
    assert.deepEqual([mac, parent, prefix], ['02:a1:b2:c3:d4:e5', 'bond0', 31]);
  });

  it('cgroup v2 belongs to systemd, v1 to kubelet', () => {
    const kubelet = (shape: Shape) =>
      parse(resourceOf(shape, 'all-1', 'file', '/etc/kubernetes/kubelet/config.yaml').content);
    const unified = kubelet(shapeNamed('cgroup2'));
    assert.deepEqual([unified.cgroupDriver, unified.failCgroupV1], ['systemd', undefined]);
    const split = kubelet(shapeNamed('one-machine'));
    assert.deepEqual([split.cgroupDriver, split.failCgroupV1], ['cgroupfs', false]);
    const containerd = resourceOf(shapeNamed('cgroup2'), 'all-1', 'file', '/etc/containerd/config.toml');
    assert.match(containerd.content, /SystemdCgroup = true/);
  });

  it('a machine that may not lower an OOM score is not asked to', () => {
    const restricted = resourceOf(shapeNamed('address-attach'), 'workers-1', 'file', '/etc/containerd/config.toml');
    assert.match(restricted.content, /restrict_oom_score_adj = true/);
    const free = resourceOf(highlyAvailable, 'workers-1', 'file', '/etc/containerd/config.toml');
    assert.match(free.content, /restrict_oom_score_adj = false/);
  });

  it('packets fit: the bridge leaves room for VXLAN', () => {
    const { content } = resourceOf(highlyAvailable, 'workers-1', 'file', '/etc/cni/net.d/10-vent.conflist');
    assert.equal(JSON.parse(content).plugins[0].mtu, 1450);
  });

  it("pods on Ubuntu do not get the machine's loopback as resolver", () => {
    const { content } = resourceOf(shapeNamed('cgroup2'), 'all-1', 'file', '/etc/kubernetes/kubelet/config.yaml');
    assert.equal(parse(content).resolvConf, '/run/systemd/resolve/resolv.conf');
  });

  it('without the sandbox nothing of gVisor is rendered', () => {
    const { content } = resourceOf(apart, 'workers-1', 'file', '/etc/containerd/config.toml');
    assert.doesNotMatch(content, /runsc/);
  });
});

describe('etcd', () => {
  it('keeps its join parameters out of what restarts it', () => {
    const join = resourceOf(highlyAvailable, 'control-1', 'file', '/etc/etcd/join.env');
    assert.equal(join.restarts, undefined);
    assert.match(join.content, /^ETCD_INITIAL_CLUSTER=control-1=https:\/\/10\.80\.0\.1:2380,control-2=/);
    assert.match(join.content, /ETCD_INITIAL_CLUSTER_TOKEN=7c1d3a52/);
    const { content } = resourceOf(highlyAvailable, 'control-1', 'unit', 'etcd.service');
    assert.doesNotMatch(content, /--initial-cluster/);
  });

  it('is reached by members and control planes only', () => {
    const { content } = resourceOf(apart, 'store-1', 'rules', 'vent');
    const [, clients = ''] = /set etcd_clients \{[^}]*elements = \{ ([^}]*) \}/.exec(content) ?? [];
    assert.equal(clients, '10.80.0.1, 10.80.0.3, 10.80.0.5, 10.80.0.7, 10.80.0.9');
    assert.doesNotMatch(content, /dport 6443/);
  });
});

describe('certificates', () => {
  it('name whom Kubernetes knows', () => {
    const subject = (machine: string, name: string) => {
      const { commonName, organizations, days } = resourceOf(highlyAvailable, machine, 'certificate', name);
      return [commonName, ...organizations, days];
    };
    assert.deepEqual(subject('workers-1', 'kubelet'), ['system:node:workers-1', 'system:nodes', 7]);
    assert.deepEqual(subject('workers-1', 'flannel'), ['vent:flannel:workers-1', 'vent:flannel', 7]);
    assert.deepEqual(subject('workers-1', 'kube-proxy'), ['system:kube-proxy', 7]);
    assert.deepEqual(subject('control-1', 'kube-scheduler'), ['system:kube-scheduler', 30]);
    assert.deepEqual(subject('control-1', 'kube-apiserver-kubelet-client').slice(1), [
      'vent:kube-apiserver-kubelet-client',
      30,
    ]);
  });

  it('nobody is system:masters', () => {
    for (const self of highlyAvailable.machines)
      for (const component of COMPONENTS)
        for (const resource of component.render(highlyAvailable.spec, self, highlyAvailable.machines))
          if (resource.kind === 'certificate')
            assert.ok(!resource.organizations.includes('system:masters'), idOf(resource));
  });
});
