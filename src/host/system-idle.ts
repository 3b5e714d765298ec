import { execFile } from 'node:child_process'
import type { SystemIdle } from '../domain/lifecycle.ts'
import { systemClock } from './clock.ts'
import { reasonOf } from './system-error.ts'
import { DARWIN_IDLE_QUESTION, readDarwinIdle } from './system-idle-darwin.ts'
import { LINUX_IDLE_QUESTION, readLinuxIdle } from './system-idle-linux.ts'

const TIMEOUT_MS = 2_000
const MOST_OUTPUT_BYTES = 1024 * 1024

/** Whether somebody is at the machine, as far as the system knows. Starts a process: ask only where the answer matters. */
export async function askSystemIdle(): Promise<SystemIdle> {
  const onDarwin = process.platform === 'darwin'
  const { args, file } = onDarwin ? DARWIN_IDLE_QUESTION : LINUX_IDLE_QUESTION
  const answer = await ask(file, args)
  if (!answer.ok) return { kind: 'unknown', why: `${file}: ${answer.why}` }
  const read = onDarwin ? readDarwinIdle : readLinuxIdle
  return read(answer.text, systemClock.wallMs())
}

type Answer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string }

function ask(file: string, args: readonly string[]): Promise<Answer> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_OUTPUT_BYTES,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    cwd: '/',
  } as const
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout) => {
      resolve(error === null ? { ok: true, text: stdout } : { ok: false, why: reasonOf(error) })
    })
  })
}
