import os from 'node:os'
import type { Config } from '../config.ts'
import type { WrapperView } from '../contract/shapes.ts'
import { type Census, takeCensus } from '../domain/census.ts'
import { systemClock } from '../host/clock.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../host/heartbeat-dir.ts'
import { bootId } from '../host/identity.ts'
import type { Paths } from '../host/paths.ts'
import { viewWrappers } from '../operations/view-wrappers.ts'
import { requireConfig } from './config.ts'

/** Who is awake, found by one look of our own. */
export async function offlineWrappers(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<WrapperView[]> {
  const config = await requireConfig(paths, environment)
  return viewWrappers(await offlineCensus(paths, config))
}

/** Everybody as one look finds them. */
export async function offlineCensus(paths: Paths, config: Config): Promise<Census<HeartbeatFile>> {
  const own = { path: paths.wrappers, sweep: false }
  const { files } = await createHeartbeatScanner().scan([own, ...config.wrapperDirs])
  const now = {
    wallMs: systemClock.wallMs(),
    monotonicMs: systemClock.monotonicMs(),
    graceUntilMs: -Infinity,
    hostname: os.hostname(),
    bootId: bootId(),
  }
  const rules = { staleAfterMs: config.staleAfter, sweepAfterMs: config.tick }
  return takeCensus(undefined, files, now, rules)
}
