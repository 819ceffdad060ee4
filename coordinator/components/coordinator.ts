/** Where every machine reaches its coordinator: at the address that it advertises now. */
import type { Component } from '../component.ts';

export const coordinator: Component = {
  name: 'coordinator',
  summary: 'where machines reach their coordinator',
  render: (spec) => [{ kind: 'coordinator', name: 'vent', ...spec.coordinator }],
};
