/** What coordinator and agents of a simulation log: nothing, or all of it on standard error. */
import type { Logger } from '../../shared/log.ts';
import { createWinstonLogger, styleFor } from '../../shared/winston-log.ts';

export function createSimLog(isVerbose: boolean): Logger {
  if (isVerbose) return createWinstonLogger({ level: 'info', style: styleFor(process.env, false) });
  const silent: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    child: () => silent,
  };
  return silent;
}
