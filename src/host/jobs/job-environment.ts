import { failedDoing } from '../system-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What an agent, a terminal or a service manager told its own child and nobody else. */
const NOT_FOR_JOBS = new Set([
  'NOTIFY_SOCKET',
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'MAINPID',
  'MANAGERPID',
  'SYSTEMD_EXEC_PID',
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'CURFEW_READY_FD',
])
const NOT_FOR_JOBS_AT_ALL = /^(?:LISTEN_|WATCHDOG_)/

/**
 * The environment of a job: the submitter's, without what was meant for that process alone; then what was
 * asked for by `--env`; then where it belongs.
 */
export function jobEnvironment(
  submitter: Environment,
  asked: Environment,
  place: { readonly home: string; readonly job: number; readonly session: string | undefined },
): Environment {
  const inherited = Object.entries(submitter).filter(
    ([name]) => !NOT_FOR_JOBS.has(name) && !NOT_FOR_JOBS_AT_ALL.test(name),
  )
  return {
    ...Object.fromEntries(inherited),
    ...asked,
    CURFEW_HOME: place.home,
    CURFEW_JOB: String(place.job),
    ...(place.session === undefined ? {} : { CURFEW_SESSION: place.session }),
  }
}

/** As the `env` file holds it: NAME=VALUE, each ended by a NUL byte. */
export function encodeEnvironment(environment: Environment): string {
  const entries = Object.entries(environment).filter((entry) => entry[1] !== undefined)
  for (const [name, value] of entries) refuseUnsayable(name, value ?? '')
  return entries.map(([name, value]) => `${name}=${value}\0`).join('')
}

export function decodeEnvironment(text: string): Record<string, string> {
  const entries = text.split('\0').flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=')
    return at < 1 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]]
  })
  return Object.fromEntries(entries)
}

function refuseUnsayable(name: string, value: string): void {
  if (name === '' || /[=\0]/.test(name) || value.includes('\0')) {
    throw failedDoing(`storing variable ${JSON.stringify(name)}`, 'no environment can hold it')
  }
}
