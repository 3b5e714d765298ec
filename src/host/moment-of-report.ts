import os from 'node:os'
import type { judgeReport } from '../domain/report.ts'
import { systemClock } from './clock.ts'
import { bootId } from './identity.ts'

/** Now, for whoever judges reports without having watched them: nobody has a grace. */
export function momentOfReport(): Parameters<typeof judgeReport>[2] {
  return {
    wallMs: systemClock.wallMs(),
    monotonicMs: systemClock.monotonicMs(),
    graceUntilMs: -Infinity,
    hostname: os.hostname(),
    bootId: bootId(),
  }
}
