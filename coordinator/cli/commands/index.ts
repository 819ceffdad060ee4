/**
 * Every command of `vent` that talks to a coordinator or to nothing.
 *
 * To add a command: one file here that exports `register`, and one line below; a check compares this list with the
 * folder. `serve`, `artifacts` and `lab` are wired by coordinator/main.ts, because they build things.
 */
import type { RegisterCommand } from '../command.ts';
import { register as apply } from './apply.ts';
import { register as certificates } from './certificates.ts';
import { register as completion } from './completion.ts';
import { register as config } from './config.ts';
import { register as deprovision } from './deprovision.ts';
import { register as describe } from './describe.ts';
import { register as diff } from './diff.ts';
import { register as drift } from './drift.ts';
import { register as edit } from './edit.ts';
import { register as etcd } from './etcd.ts';
import { register as explain } from './explain.ts';
import { register as help } from './help.ts';
import { register as init } from './init.ts';
import { register as kubeconfig } from './kubeconfig.ts';
import { register as node } from './node.ts';
import { register as nodes } from './nodes.ts';
import { register as plan } from './plan.ts';
import { register as provision } from './provision.ts';
import { register as revisions } from './revisions.ts';
import { register as rollback } from './rollback.ts';
import { register as rollout } from './rollout.ts';
import { register as schema } from './schema.ts';
import { register as status } from './status.ts';
import { register as token } from './token.ts';
import { register as upgrade } from './upgrade.ts';
import { register as userdata } from './userdata.ts';
import { register as validate } from './validate.ts';
import { register as version } from './version.ts';
import { register as wait } from './wait.ts';

export const commands: Readonly<Record<string, RegisterCommand>> = {
  init,
  validate,
  explain,
  schema,
  kubeconfig,
  config,
  version,
  completion,
  help,
  token,
  userdata,
  provision,
  deprovision,
  node,
  nodes,
  describe,
  status,
  wait,
  certificates,
  drift,
  etcd,
  plan,
  apply,
  edit,
  upgrade,
  revisions,
  diff,
  rollback,
  rollout,
};
