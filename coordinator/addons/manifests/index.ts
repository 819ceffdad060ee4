/**
 * What the coordinator applies to a cluster, and applies again when it drifted. To add an add-on: one file here that
 * returns its objects, and its line below.
 */
import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import type { DesiredObject } from '../../kubernetes/object.ts';
import { access } from './access.ts';
import { coredns } from './coredns.ts';
import { flannel } from './flannel.ts';
import { runtimeClasses } from './runtime-classes.ts';

/** Every object, in the order to apply them: permissions first, because a Ready node waits for flanneld's. */
export function addonObjects(spec: ClusterSpec): readonly DesiredObject[] {
  return [...access(), ...flannel(), ...runtimeClasses(spec), ...coredns(spec)];
}
