/** The Logger over winston: one transport, its format chosen by where the lines go. */
import { createLogger, format, transports } from 'winston';
import type { LogFields, Logger } from './log.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `journal`: `<N>message key=value`, read by systemd; `json`: one object a line; `people`: coloured for a terminal. */
  readonly style: 'journal' | 'json' | 'people';
}

/** Chooses the style as systemd and terminals announce themselves (`JOURNAL_STREAM` is set by systemd.exec(5)). */
export function styleFor(environment: NodeJS.ProcessEnv, isTerminal: boolean): LogOptions['style'] {
  if (environment.JOURNAL_STREAM !== undefined) return 'journal';
  return isTerminal ? 'people' : 'json';
}

/** Priorities of sd-daemon(3). */
const PRIORITY: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

function renderFields(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([key, value]) => value !== undefined && key !== 'level' && key !== 'message' && key !== 'timestamp')
    .map(
      ([key, value]) =>
        ` ${key}=${typeof value === 'string' && /^[\w:./@+-]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join('');
}

const styles = {
  journal: () => format.printf((line) => `<${PRIORITY[line.level] ?? 6}>${String(line.message)}${renderFields(line)}`),
  people: () =>
    format.combine(
      format.timestamp({ format: 'HH:mm:ss' }),
      format.printf(
        (line) =>
          `${String(line.timestamp)} ${line.level.toUpperCase().padEnd(5)} ${String(line.message)}${renderFields(line)}`,
      ),
    ),
  json: () => format.combine(format.timestamp(), format.json()),
} as const;

/** Lines go to stderr, so that stdout stays for results. */
export function createWinstonLogger(options: LogOptions): Logger {
  const levels = ['error', 'warn', 'info', 'debug'];
  const winston = createLogger({
    level: options.level,
    format: styles[options.style](),
    transports: [new transports.Console({ stderrLevels: levels })],
  });
  const wrap = (fields: LogFields): Logger => ({
    debug: (message, more) => void winston.debug(message, { ...fields, ...more }),
    info: (message, more) => void winston.info(message, { ...fields, ...more }),
    warn: (message, more) => void winston.warn(message, { ...fields, ...more }),
    error: (message, more) => void winston.error(message, { ...fields, ...more }),
    child: (more) => wrap({ ...fields, ...more }),
  });
  return wrap({});
}
