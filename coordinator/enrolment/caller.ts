/** What is asked of whoever calls the enrol port, before anything that it says. */
import { VentError } from '../../shared/errors.ts';
import { canonicalAddress } from './address.ts';

const SKEW_MILLISECONDS = 5 * 60_000;

/** @throws VentError INVALID_INPUT */
export function requireAddress(peer: { readonly address: string }): string {
  const address = canonicalAddress(peer.address);
  if (address === undefined) throw new VentError('INVALID_INPUT', 'cannot enrol: the caller has no address');
  return address;
}

/** @param theirs @param ours milliseconds since the epoch @throws VentError CLOCK_SKEW when they are more than five minutes apart */
export function checkClock(theirs: number, ours: number): void {
  if (Math.abs(theirs - ours) <= SKEW_MILLISECONDS) return;
  const [machine, coordinator] = [theirs, ours].map((time) => new Date(time).toISOString());
  throw new VentError('CLOCK_SKEW', `cannot enrol: the machine says ${machine}, the coordinator ${coordinator}`, {
    hint: 'Set the clock of the one that is wrong; a time service does it for good.',
    retry: 'backoff',
  });
}
