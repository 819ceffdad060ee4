/** Who may call the operator port, and for what. */
import { VentError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/rpc.ts';
import type { Holder } from '../authority/holders.ts';

export interface CallersOptions {
  /** Whose certificate the TLS layer verified. */
  holderOf(caller: Caller): Promise<Holder | undefined>;
}

async function operatorOf(options: CallersOptions, caller: Caller): Promise<Extract<Holder, { type: 'operator' }>> {
  const holder = await options.holderOf(caller);
  if (holder?.type === 'operator') return holder;
  throw new VentError('UNAUTHENTICATED', "cannot accept the call: the certificate is not an operator's");
}

/** Any operator may look. @returns the operator's name */
export async function reader(options: CallersOptions, caller: Caller): Promise<string> {
  return (await operatorOf(options, caller)).name;
}

/** Readers only look. @returns the operator's name */
export async function changer(options: CallersOptions, caller: Caller): Promise<string> {
  const { name, role } = await operatorOf(options, caller);
  if (role === 'reader') throw new VentError('UNAUTHENTICATED', `cannot accept the call: ${name} may only read`);
  return name;
}
