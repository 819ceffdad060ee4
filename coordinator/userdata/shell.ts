/** Text for sh that nothing put into it can break out of. */

/**
 * One word of sh that stands for exactly these characters (POSIX.1-2017, Shell Command Language 2.2.2).
 * @param text anything without NUL, which no shell can hold
 */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A template of shell text, taken as it is written: values in it are numbers or become one quoted word each. */
export function shell(text: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw(text, ...values.map((value) => (typeof value === 'number' ? value : quote(value))));
}
