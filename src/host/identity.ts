import type { ProcessLook } from '../domain/process-look.ts'
import { isEndingWithPs, lookWithPs, readBootIdDarwin } from './identity-darwin.ts'
import { isEndingInProc, lookAtSelfInProc, lookInProc, readBootIdLinux } from './identity-linux.ts'
import { errorCode, failedDoing } from './system-error.ts'

export type { ProcessLook } from '../domain/process-look.ts'

/** What tells one process from every other, also from one that gets its number later. */
export interface ProcessIdentity {
  readonly pid: number
  readonly processStart: string
  readonly bootId: string
}

/** As much of an identity as somebody wrote down. */
export interface PartialIdentity {
  readonly pid: number
  readonly processStart?: string | undefined
  readonly bootId?: string | undefined
}

const onDarwin = process.platform === 'darwin'
const MOST_PID = 2 ** 31 - 1
let knownBootId: string | undefined
let self: ProcessIdentity | undefined

/** Looks whether there is a process of this number, and which. */
export function lookAt(pid: number): ProcessLook {
  if (!isProcessNumber(pid)) return { state: 'gone' }
  const look = onDarwin ? lookWithPs(pid) : lookInProc(pid)
  return look ?? { state: reach(pid) === 'nobody' ? 'gone' : 'unknown' }
}

/** The same until the machine is started anew. */
export function bootId(): string {
  knownBootId ??= onDarwin ? readBootIdDarwin() : readBootIdLinux()
  return knownBootId
}

export function selfIdentity(): ProcessIdentity {
  self ??= { pid: process.pid, processStart: ownStart(), bootId: bootId() }
  return self
}

/** Whether that very process still lives; when it cannot be told, it does. */
export function isRunning(identity: PartialIdentity): boolean {
  if (identity.bootId !== undefined && identity.bootId !== bootId()) return false
  const look = lookAt(identity.pid)
  if (look.state !== 'alive') return look.state === 'unknown'
  return identity.processStart === undefined || identity.processStart === look.processStart
}

/** Signals that very process and no other; `unknown` means nothing was sent. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): 'sent' | 'gone' | 'unknown' {
  if (!isProcessNumber(identity.pid) || identity.pid === 1) return 'unknown'
  if (identity.bootId !== bootId()) return 'gone'
  const look = lookAt(identity.pid)
  if (look.state !== 'alive') return look.state
  if (look.processStart !== identity.processStart) return 'gone'
  return send(identity.pid, signal)
}

/** Whether that process is there and may not be signalled by us. */
export function belongsToAnother(pid: number): boolean {
  return isProcessNumber(pid) && reach(pid) === 'forbidden'
}

/** Whether a process that was there a moment ago is gone by now, or certain to be at once. */
export function isEnding(pid: number): boolean {
  return !isProcessNumber(pid) || (onDarwin ? isEndingWithPs(pid) : isEndingInProc(pid))
}

function ownStart(): string {
  const look = onDarwin ? lookWithPs(process.pid) : lookAtSelfInProc()
  if (look?.state === 'alive') return look.processStart
  throw failedDoing('asking the system when we started', 'no answer')
}

function isProcessNumber(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid <= MOST_PID
}

function reach(pid: number): 'somebody' | 'nobody' | 'forbidden' {
  try {
    process.kill(pid, 0)
    return 'somebody'
  } catch (error) {
    return errorCode(error) === 'ESRCH' ? 'nobody' : 'forbidden'
  }
}

function send(pid: number, signal: NodeJS.Signals): 'sent' | 'gone' | 'unknown' {
  try {
    process.kill(pid, signal)
    return 'sent'
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'gone'
    if (errorCode(error) === 'EPERM') return 'unknown'
    throw failedDoing(`sending ${signal} to process ${pid}`, error)
  }
}
