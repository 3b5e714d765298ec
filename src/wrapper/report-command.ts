import { resolvePaths } from '../host/paths.ts'
import { type AttendedCommand, runAttended } from '../host/run-attended.ts'
import { type Recording, startRecording } from './recording.ts'

export interface ReportCommandOptions {
  readonly home?: string | undefined
  readonly tool: string
  /** A line that begins with it is one more unit, and the rest of it its name. */
  readonly unitPrefix?: string | undefined
  readonly total?: number | undefined
  /** Gets one line when the command cannot be run. */
  readonly complain: (line: string) => void
}

type Argv = readonly [string, ...string[]]

/** Runs a command and reports its progress; resolves with its exit code. */
export async function reportCommand(options: ReportCommandOptions, argv: Argv): Promise<number> {
  const recording = process.env.CURFEW_REPORTS === '0' ? undefined : record(options, argv)
  const nothing = (): void => undefined
  const attended: AttendedCommand = {
    argv,
    env: process.env,
    onStart: nothing,
    onContinue: nothing,
    onEnd: nothing,
    ...(recording && {
      apart: true,
      onOutput: (bytes, stream) => recording.output(bytes, stream),
    }),
  }
  const { code, reason } = await runAttended(attended)
  recording?.end(code === 0 ? 'succeeded' : 'failed', code, reason ?? null)
  if (reason !== undefined) options.complain(reason)
  return code
}

function record(options: ReportCommandOptions, argv: Argv): Recording {
  const { home, tool, unitPrefix = '', total = null } = options
  const recording = startRecording({
    paths: resolvePaths(home, process.env),
    tool,
    argv,
    total,
    lineEnded: (line) => {
      if (unitPrefix === '' || !line.startsWith(unitPrefix)) return
      recording.unit(line.slice(unitPrefix.length).trim())
    },
  })
  return recording
}
