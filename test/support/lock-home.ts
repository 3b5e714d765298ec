import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { type LockAttempt, type Previous, takeLock } from '../../src/host/lock-file.ts'
import { type Cleaning, onEnd } from './cleaning.ts'
import { type Program, programPath, startCommand, startProgram } from './program.ts'

export type Held = Extract<LockAttempt, { held: true }>

/** What lock-standing.ts answers. */
export interface Answer {
  readonly held?: boolean
  readonly holder?: { readonly pid: number } | null
  readonly previous?: Previous | null
  readonly error?: string
  readonly ok?: boolean
  readonly reason?: string
}

/** The four fields that old programs write. */
export const OLD_MARKER = {
  pid: 1,
  hostname: os.hostname(),
  started_at: '2020-01-01T00:00:00Z',
  schema_version: 1,
}

const STARTED_AT_MS = Date.UTC(2026, 10, 20, 10, 0, 0, 123)

/** Takes the home in this process, until the test ends. */
export async function hold(t: Cleaning, home: string): Promise<Held> {
  const attempt = letGoAtEnd(t, await takeHome(home))
  if (!attempt.held) throw new Error(`held by ${JSON.stringify(attempt.holder)}`)
  return attempt
}

export function letGoAtEnd(t: Cleaning, attempt: LockAttempt): LockAttempt {
  if (attempt.held) onEnd(t, () => attempt.lock.release())
  return attempt
}

export function takeHome(home: string): Promise<LockAttempt> {
  const paths = { marker: `${home}/.locked`, database: `${home}/.lock.db` }
  const self = { hostname: os.hostname(), version: '1.0.0', startedAtMs: STARTED_AT_MS }
  return takeLock(paths, self)
}

/** Another process that does with the lock what it is told. */
export async function standing(t: Cleaning): Promise<Program> {
  const program = startProgram(t, programPath('lock-standing.ts'))
  await program.nextLine()
  return program
}

export async function tell(program: Program, line: string): Promise<Answer> {
  program.send(line)
  const answer: unknown = JSON.parse(await program.nextLine())
  return answer as Answer
}

export function markerText(home: string): string {
  return readFileSync(`${home}/.locked`, 'utf8')
}

export function writeMarker(home: string, fields: object): void {
  const text = JSON.stringify({ ...OLD_MARKER, ...fields })
  writeFileSync(`${home}/.locked`, text, { mode: 0o600 })
}

/** A number that a process had until just now. */
export async function endedPid(t: Cleaning): Promise<number> {
  const program = startCommand(t, 'true', [])
  await program.ended
  return program.pid
}
