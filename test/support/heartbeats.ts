import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import type { Moment } from '../../src/domain/heartbeat.ts'
import { bootId } from '../../src/host/identity.ts'

export const RULES = { staleAfterMs: 90_000, sweepAfterMs: 30_000 }

/** A heartbeat with the six required fields and whatever a test adds. */
export function heartbeatText(fields: Readonly<Record<string, unknown>> = {}): string {
  const now = new Date().toISOString()
  return JSON.stringify({
    pid: process.pid,
    uuid: 'u1',
    started_at: now,
    last_refresh: now,
    wrapper_version: 'test 1',
    schema_version: 1,
    ...fields,
  })
}

/** Puts a heartbeat into a folder, in place and not by renaming, and gives its path. */
export function placeHeartbeat(
  folder: string,
  fields: Readonly<Record<string, unknown>> = {},
): string {
  const { pid = process.pid, uuid = 'u1' } = fields
  const path = join(folder, `heartbeat-${String(pid)}-${String(uuid)}.json`)
  writeFileSync(path, heartbeatText(fields))
  return path
}

/** Here and now, without any grace. */
export function moment(changes: Partial<Moment> = {}): Moment {
  return {
    wallMs: Date.now(),
    monotonicMs: performance.now(),
    graceUntilMs: 0,
    hostname: os.hostname(),
    bootId: bootId(),
    ...changes,
  }
}
