import type { ResourceOf } from '../../shared/document.ts';
import type { Component } from '../component.ts';
import { CONTAINERD_READY } from './containerd.ts';
import { runsKubelet } from './parts/cluster.ts';
import { type ImageName, imageReference } from './parts/images.ts';

const IMAGES: readonly ImageName[] = ['pause', 'coredns'];

export const images: Component = {
  name: 'images',
  summary: 'images that must be there before a registry can be reached',
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    return IMAGES.map((name): ResourceOf<'image'> => {
      const { sha256, size } = spec.artifact(name, spec.versions[name], self.facts.architecture);
      return { kind: 'image', name: imageReference(spec, name), sha256, size, after: [CONTAINERD_READY] };
    });
  },
};
