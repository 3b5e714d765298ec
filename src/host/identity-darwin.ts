import type { ProcessLook } from '../domain/process-look.ts'
import { failedDoing } from './system-error.ts'

const TIME_LIMIT_MS = 5_000
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const PS_FORM = /^\w{3} +(\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4}) +(\S+)$/

/** Looks with ps; undefined when that says nothing that can be understood. */
export function lookWithPs(pid: number): ProcessLook | undefined {
  const { status, stdout } = run('/bin/ps', ['-o', 'lstart=', '-o', 'stat=', '-p', String(pid)])
  if (status === 1 && stdout.trim() === '') return { state: 'gone' }
  return status === 0 ? parsePs(stdout) : undefined
}

export function readBootIdDarwin(): string {
  const { status, stdout } = run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])
  const id = status === 0 ? parseBootSession(stdout) : undefined
  if (id === undefined)
    throw failedDoing('asking sysctl for kern.bootsessionuuid', stdout.trim() || 'no answer')
  return id
}

/** Whether a process is gone by now, or about to be. */
export function isEndingWithPs(pid: number): boolean {
  const { status, stdout } = run('/bin/ps', ['-o', 'stat=', '-p', String(pid)])
  return status !== null && parseEndingState(stdout)
}

/** Nothing for one that is gone; Z for its remains; E among the letters for one that tries to exit. */
export function parseEndingState(text: string): boolean {
  const state = text.trim()
  return state === '' || state.startsWith('Z') || state.includes('E')
}

/** One line of `ps -o lstart= -o stat=` in the C locale and UTC. */
export function parsePs(text: string): ProcessLook | undefined {
  const found = PS_FORM.exec(text.trim())
  if (found === null) return undefined
  const [, month = '', day = '', time = '', year = '', state = ''] = found
  if (state.startsWith('Z')) return { state: 'gone' }
  const at = MONTHS.indexOf(month)
  if (at < 0 || at % 3 !== 0) return undefined
  const processStart = `${year}-${twoDigits(at / 3 + 1)}-${twoDigits(Number(day))}T${time}Z`
  const startedAtMs = Date.parse(processStart)
  return Number.isNaN(startedAtMs) ? undefined : { state: 'alive', processStart, startedAtMs }
}

export function parseBootSession(text: string): string | undefined {
  const id = text.trim()
  return /^[0-9A-Fa-f-]{36}$/.test(id) ? id : undefined
}

function run(command: string, args: string[]): { status: number | null; stdout: string } {
  // Asked for here, so that Linux does not pay for loading it.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIME_LIMIT_MS,
  })
  return { status, stdout: stdout ?? '' }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
