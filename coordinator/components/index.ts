/**
 * The registry of components. To add one (another CNI, another runtime):
 *  1. one file here, named as the component, that exports a pure `Component`; what it shares with others lies in parts/;
 *  2. its import and its place in `COMPONENTS` below (a test compares this list with the folder);
 *  3. its programs in the catalogue of artifacts;
 *  4. `npm run golden`, and read what the golden renders gained.
 * The order here is the order in documents and has no other meaning: across components only `after` orders.
 */
import type { Component } from '../component.ts';
import { agent } from './agent.ts';
import { balancer } from './balancer.ts';
import { cni } from './cni.ts';
import { containerd } from './containerd.ts';
import { coordinator } from './coordinator.ts';
import { etcd } from './etcd.ts';
import { flannel } from './flannel.ts';
import { images } from './images.ts';
import { kernel } from './kernel.ts';
import { kubeApiserver } from './kube-apiserver.ts';
import { kubeControllerManager } from './kube-controller-manager.ts';
import { kubeProxy } from './kube-proxy.ts';
import { kubeScheduler } from './kube-scheduler.ts';
import { kubelet } from './kubelet.ts';
import { packages } from './packages.ts';
import { rules } from './rules.ts';
import { runc } from './runc.ts';
import { runsc } from './runsc.ts';
import { trust } from './trust.ts';

export const COMPONENTS: readonly Component[] = [
  coordinator,
  packages,
  kernel,
  rules,
  trust,
  flannel,
  balancer,
  etcd,
  kubeApiserver,
  kubeControllerManager,
  kubeScheduler,
  containerd,
  runc,
  runsc,
  images,
  cni,
  kubelet,
  kubeProxy,
  agent,
];
