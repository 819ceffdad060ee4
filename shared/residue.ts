/**
 * What a component's programs leave on a machine beside what Vent wrote. Nothing of it is made; all of it is undone when the
 * component goes, in the order of the fields. Paths and mount points may end in `*`; which ones there are decides shared/paths.ts.
 */
import * as z from 'zod';

const path = z
  .string()
  .max(512)
  .regex(/^(\/[A-Za-z0-9@_+:.-]+)+(\/?\*)?$/);

/** Of the resource of kind `residue`, beside what all resources have. */
export const residueFields = {
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** Processes with this word among their arguments or in a control group of this name, and all that descend from them. */
  processes: z
    .strictObject({ argument: z.string().min(1).optional(), controlGroup: z.string().min(1).optional() })
    .optional(),
  /** Mount points, with everything mounted below them. */
  mounts: z.array(path).optional(),
  /** Virtual interfaces; a physical one is refused. */
  links: z.array(z.string().regex(/^[A-Za-z0-9_.-]{1,15}$/)).optional(),
  /** `ip kube-proxy` */
  tables: z.array(z.string().regex(/^(ip|ip6|inet|bridge) [A-Za-z0-9_-]+$/)).optional(),
  /** Beginnings of the names of iptables' chains, with the rules that lead there. */
  chains: z.array(z.string().regex(/^[A-Z0-9]+-$/)).optional(),
  /** Files and directories, with everything in them. */
  paths: z.array(path).optional(),
};
