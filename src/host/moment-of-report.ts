import os from 'node:os'
import type { ReportClock } from '../domain/report-facts.ts'
import { type Clock, systemClock } from './clock.ts'
import { bootId } from './identity.ts'

/** Now, for whoever judges reports; who has not watched them gives nobody a grace. */
export function momentOfReport(graceUntilMs = -Infinity, clock: Clock = systemClock): ReportClock {
  return {
    wallMs: clock.wallMs(),
    monotonicMs: clock.monotonicMs(),
    graceUntilMs,
    hostname: os.hostname(),
    bootId: bootId(),
  }
}
