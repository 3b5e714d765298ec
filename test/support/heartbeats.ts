import { globSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import type { Moment } from '../../src/domain/heartbeat.ts'
import { bootId } from '../../src/host/identity.ts'
import { isMissing } from '../../src/host/system-error.ts'

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

/** Paths of the heartbeats in a home. */
export function heartbeatsIn(home: string): string[] {
  return globSync(join(home, 'wrappers', 'heartbeat-*.json'))
}

/** The one heartbeat in a home; nothing in it while there is none, or it is just being moved. */
export function heartbeatIn(home: string): Readonly<Record<string, string | number | undefined>> {
  const [path] = heartbeatsIn(home)
  try {
    return path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (isMissing(error)) return {}
    throw error
  }
}
