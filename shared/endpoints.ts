/** Where machines reach their coordinator: what it advertises, and what each machine keeps of it. */
import * as z from 'zod';

/** A name, or an IPv4 address, and a port. */
const hostAndPort = z
  .string()
  .max(262)
  .regex(/^[A-Za-z0-9.-]+:\d{1,5}$/, 'host:port');

export const endpointFields = {
  /** Where enrolled machines connect to: `10.0.0.5:7444`. */
  node: hostAndPort,
  /** Where artifacts are: `https://10.0.0.5:7446`. */
  artifacts: z
    .string()
    .max(270)
    .regex(/^https:\/\/[A-Za-z0-9.-]+:\d{1,5}$/, 'https://host:port'),
  /** Where a machine whose certificate has ended asks for another: `10.0.0.5:7443`. */
  enrol: hostAndPort,
};

export const endpointsSchema = z.strictObject(endpointFields);
export type Endpoints = Readonly<z.infer<typeof endpointsSchema>>;

/** Where a machine keeps them once its document has said so. */
export const ENDPOINTS_FILE = '/etc/vent/coordinator.json';
