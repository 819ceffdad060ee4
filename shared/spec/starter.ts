/** The commented file that `vent init` writes. It is accepted as it is, and a test holds it to that. */
export function starterSpec(): string {
  return `# A cluster of four machines. \`vent explain cluster.spec\` tells what each field means, \`vent validate -f FILE\` checks
# the file without a coordinator, and \`vent schema\` writes a schema that editors understand.
apiVersion: vent/v1alpha1
kind: Cluster
metadata:
  name: demo # never changes
spec:
  kubernetes:
    version: 1.37.2

  # Versions of the other programs have defaults: vent explain cluster.spec.versions
  # versions: { etcd: 3.7.3, containerd: 2.3.7 }

  network:
    podCIDR: 172.16.0.0/16 # a /24 a machine; never changes
    serviceCIDR: 172.17.0.0/16 # never changes
    flannel:
      backend: vxlan
      attach: macvlan # an interface of its own; "address" where the facility drops a second MAC

  # What operators reach the API by: a name, or an elastic address. Without it each control plane is a context.
  # api: { endpoint: api.example.org }

  runtimes:
    sandbox: runsc # gVisor beside runc, for pods that ask for it; "none" leaves it out

  provider:
    packet:
      project: 00000000-0000-0000-0000-000000000000 # id of your project
      facility: ewr1
    # Machines that are simply there, instead of a provider's:
    # static:
    #   machines:
    #     - { id: rack1-n1, hostname: n1, privateAddress: 10.0.0.11, privateGateway: 10.0.0.1 }

  pools:
    - name: control
      roles: [etcd, control-plane]
      count: 1 # etcd needs an odd number; 3 survive the loss of one
      machine: { plan: c2.medium.x86, os: debian_12 }
    - name: workers
      roles: [worker]
      count: 3
      machine:
        plan: c2.medium.x86
        os: debian_12
        # spot: { maxPrice: 0.40 } # dollars an hour; for workers only
      labels: {}
      taints: []
`;
}
