import pino from 'pino'
import type { LogLevel } from './config.ts'
import { tell } from './domain/event.ts'
import type { EventBody } from './domain/event.ts'
import { printableJson } from './domain/printable.ts'

export interface Log {
  event(body: EventBody): void
  /** A mistake in the program, with its stack: for whoever mends it. */
  bug(error: unknown): void
  setLevel(level: LogLevel): void
}

export interface LogSink {
  write(line: string): void
}

/** Events as JSON lines. The only file that writes logs. */
export function createLog(sink: LogSink, level: LogLevel): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'message' },
    // JSON escapes less than a terminal needs.
    { write: (line: string) => sink.write(`${printableJson(line.trimEnd())}\n`) },
  )
  return {
    event: (body) => {
      const { level: of, text } = tell(body)
      logger[of](body, text)
    },
    bug: (error) =>
      logger.error({ type: 'bug', stack: stackOf(error) }, 'a mistake in the program'),
    setLevel: (next) => {
      logger.level = next
    },
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
