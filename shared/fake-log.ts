/** Logs for tests and simulations: one that keeps what it was told, one that does not. */
import type { LogFields, Logger } from './log.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

export interface FakeLog extends Logger {
  readonly lines: readonly LogLine[];
}

export function createFakeLog(): FakeLog {
  const lines: LogLine[] = [];
  const createLogger = (common: LogFields): Logger => {
    const at =
      (level: LogLine['level']) =>
      (message: string, fields: LogFields = {}): void => {
        lines.push({ level, message, fields: { ...common, ...fields } });
      };
    const child = (fields: LogFields): Logger => createLogger({ ...common, ...fields });
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child };
  };
  return { ...createLogger({}), lines };
}

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
