import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import type { ProcessLook } from '../domain/process-look.ts'
import { systemClock } from './clock.ts'
import { failedDoing, isMissing } from './system-error.ts'

export interface StatLine {
  readonly state: string
  /** Clock ticks from boot to the start of the process. */
  readonly startTicks: string
}

/** The kernel shows ticks to programs as hundredths of a second, whatever its own rate is. */
const MS_PER_TICK = 10
const CLOCK_STEP_MS = 500
const SPACE = 0x20
const CLOSING = 0x29
const FIELDS_FROM_STATE_TO_FLAGS = 6
const FIELDS_FROM_STATE_TO_START = 19
const FIELDS_FROM_STATE_TO_PENDING = 28
const PF_EXITING = 0x4
const SIGKILL_BIT = 1 << 8

const buffer = Buffer.allocUnsafeSlow(4096)
let procIsOurs: boolean | undefined
let boot: { readonly clockOffsetMs: number; readonly atMs: number } | undefined

/** Looks in /proc; undefined when that shows nothing. */
export function lookInProc(pid: number): ProcessLook | undefined {
  procIsOurs ??= procShowsOurNumbers()
  return procIsOurs ? lookAtEntry(String(pid)) : undefined
}

/** Ourselves: right also where /proc numbers processes differently than we do. */
export function lookAtSelfInProc(): ProcessLook | undefined {
  return lookAtEntry('self')
}

export function readBootIdLinux(): string {
  const path = '/proc/sys/kernel/random/boot_id'
  try {
    return readFileSync(path, 'latin1').trim()
  } catch (error) {
    throw failedDoing(`reading ${path}`, error)
  }
}

/** State and start of a /proc/PID/stat line. The command in it may hold anything, brackets and blanks too. */
export function parseStat(bytes: Buffer, length: number): StatLine | undefined {
  const close = bytes.lastIndexOf(CLOSING, length - 1)
  if (close < 0) return undefined
  let at = close + 2
  const state = String.fromCharCode(bytes[at] ?? SPACE)
  for (let field = 0; field < FIELDS_FROM_STATE_TO_START; field += 1) {
    at = bytes.indexOf(SPACE, at) + 1
    if (at === 0 || at >= length) return undefined
  }
  const end = bytes.indexOf(SPACE, at)
  const startTicks = bytes.toString('latin1', at, end < 0 || end > length ? length : end).trimEnd()
  return /^\d+$/.test(startTicks) ? { state, startTicks } : undefined
}

/** Whether a process is gone by now, or about to be: taken apart by the kernel, or with a SIGKILL waiting. */
export function isEndingInProc(pid: number): boolean {
  const length = readIntoBuffer(`/proc/${pid}/stat`)
  return length === undefined || parseEnding(buffer.toString('latin1', 0, length))
}

export function parseEnding(stat: string): boolean {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const flags = Number(fields[FIELDS_FROM_STATE_TO_FLAGS])
  const pending = Number(fields[FIELDS_FROM_STATE_TO_PENDING])
  return (flags & PF_EXITING) !== 0 || (pending & SIGKILL_BIT) !== 0
}

/** When the machine was started, from /proc/stat. */
export function parseBootTime(text: string): number | undefined {
  const found = /^btime (\d+)$/m.exec(text)
  return found === null ? undefined : Number(found[1]) * 1000
}

function lookAtEntry(name: string): ProcessLook | undefined {
  const length = readIntoBuffer(`/proc/${name}/stat`)
  const line = length === undefined ? undefined : parseStat(buffer, length)
  if (line === undefined) return undefined
  if (line.state === 'Z' || line.state === 'X' || line.state === 'x') return { state: 'gone' }
  const startedAtMs = bootedAtMs() + Number(line.startTicks) * MS_PER_TICK
  return { state: 'alive', processStart: line.startTicks, startedAtMs }
}

/** Read again only when the wall clock was set, because the kernel reckons it from the wall clock. */
function bootedAtMs(): number {
  const clockOffsetMs = systemClock.wallMs() - systemClock.monotonicMs()
  if (boot === undefined || Math.abs(clockOffsetMs - boot.clockOffsetMs) > CLOCK_STEP_MS) {
    boot = { clockOffsetMs, atMs: readBootTime() }
  }
  return boot.atMs
}

function readBootTime(): number {
  const stated = parseBootTime(readFileSync('/proc/stat', 'latin1'))
  return stated ?? systemClock.wallMs() - systemClock.bootMs()
}

/** False where /proc is not there, or is that of another namespace and numbers processes differently. */
function procShowsOurNumbers(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid)
  } catch (error) {
    if (isMissing(error)) return false
    throw failedDoing('reading /proc/self', error)
  }
}

function readIntoBuffer(path: string): number | undefined {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    return readSync(fd, buffer, 0, buffer.length, null)
  } catch (error) {
    // Gone, hidden or no descriptor left: either way there is nothing to see here.
    return error instanceof Error ? undefined : 0
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
