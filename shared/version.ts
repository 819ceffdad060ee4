/** Versions of programs, such as `1.37.2`. */

/** A number that orders minor versions, and is the same for patches of one. */
export function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}
