/** Files of kube-apiserver that are the same in every cluster. */

/** Whoever has no certificate may ask whether the server lives, and nothing else (/version is 401). */
export const AUTHENTICATION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  anonymous: { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }, { path: '/healthz' }] },
};

/** The first rule that fits counts. Bodies are kept for what changes permissions, never for what may hold a secret (CIS 3.2). */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', nonResourceURLs: ['/livez*', '/readyz*', '/healthz*', '/version'] },
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'None', verbs: ['watch'], users: ['system:kube-proxy'] },
    { level: 'None', verbs: ['get'], userGroups: ['system:nodes'], resources: [{ group: '', resources: ['nodes'] }] },
    {
      level: 'Metadata',
      resources: [
        { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
        { group: 'authentication.k8s.io', resources: ['tokenreviews'] },
      ],
    },
    {
      level: 'RequestResponse',
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      resources: [{ group: 'rbac.authorization.k8s.io' }, { group: 'admissionregistration.k8s.io' }],
    },
    {
      level: 'Request',
      verbs: ['create'],
      resources: [
        { group: '', resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy'] },
      ],
    },
    { level: 'Metadata' },
  ],
};
