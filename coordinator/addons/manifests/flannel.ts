/** What flanneld may do: read nodes, and write the status of the one Node it runs on. */
import { FLANNEL_GROUP, FLANNEL_USER_PREFIX } from '../../components/flannel.ts';
import type { DesiredObject } from '../../kubernetes/object.ts';
import { clusterBinding, clusterRole } from './parts.ts';

const NAME = 'vent:flannel';

export function flannel(): readonly DesiredObject[] {
  return [
    clusterRole(NAME, [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
    ]),
    clusterBinding(NAME, NAME, { kind: 'Group', name: FLANNEL_GROUP }),
    ...ownNodeOnly(),
  ];
}

/** RBAC knows no "own" object; the user's name ends in the Node's, which the policy compares. */
function ownNodeOnly(): readonly DesiredObject[] {
  const name = 'flannel.vent';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['nodes', 'nodes/status'] },
          ],
        },
        matchConditions: [
          { name: 'is-flanneld', expression: `request.userInfo.username.startsWith('${FLANNEL_USER_PREFIX}')` },
        ],
        validations: [
          {
            expression: `request.userInfo.username == '${FLANNEL_USER_PREFIX}' + object.metadata.name`,
            message: 'flanneld may write the status of its own Node only',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
