/** The steps of provisioning as Packet's events name them, in order. */
export const STEPS = [
  { type: 'provisioning.101', body: 'Provisioning started' },
  { type: 'provisioning.102', body: 'Network configured' },
  { type: 'provisioning.103', body: 'Configuration written, restarting device' },
  { type: 'provisioning.104', body: 'Connected to magic install system' },
  { type: 'provisioning.105', body: 'Server partitions created' },
  { type: 'provisioning.106', body: 'Operating system packages installed' },
  { type: 'provisioning.107', body: 'Server networking interfaces configured' },
  { type: 'provisioning.108', body: 'Cloud-init packages installed and configured' },
  { type: 'provisioning.109', body: 'Installation finished, rebooting server' },
] as const;
