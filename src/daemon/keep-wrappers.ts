import os from 'node:os'
import { basename } from 'node:path'
import type { Config } from '../config.ts'
import { type Census, takeCensus } from '../domain/census.ts'
import type { ClockWatch } from '../domain/clock-watch.ts'
import type { EventBody } from '../domain/event.ts'
import type { Act, WrapperFacts } from '../domain/lifecycle.ts'
import { noteWrappers, type WrapperMemory } from '../domain/wrapper-activity.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../host/heartbeat-dir.ts'
import { sweepFile } from '../host/heartbeat-file.ts'
import { bootId } from '../host/identity.ts'
import type { Paths } from '../host/paths.ts'
import { type KnownWrappers, tellChanges } from './wrapper-events.ts'

export interface WrapperKeeper {
  /** Looks at every heartbeat and judges it. */
  look(watch: ClockWatch, config: Config): Promise<{ facts: WrapperFacts; act: Act | null }>
  /** What the last look found. */
  census(): Census<HeartbeatFile>
  /** Whether that file was found fresh by the last look. */
  isFresh(path: string): boolean
  /** What could not be looked at, one line each. */
  problems(): readonly string[]
  /** Removes what was condemned, each after one more look; gives the names that went. */
  sweep(): string[]
}

const NOBODY: Census<HeartbeatFile> = {
  wrappers: [],
  counts: { fresh: 0, stale: 0, orphan: 0 },
  activeAgoMs: null,
}

/** Who is awake, remembered from look to look. */
export function keepWrappers(paths: Paths, emit: (body: EventBody) => void): WrapperKeeper {
  const scanner = createHeartbeatScanner()
  const hostname = os.hostname()
  let census = NOBODY
  let temps = NOBODY
  let problems: readonly string[] = []
  let memory: WrapperMemory | null = null
  let told: KnownWrappers | null = null

  async function look(
    watch: ClockWatch,
    config: Config,
  ): Promise<{ facts: WrapperFacts; act: Act | null }> {
    const own = { path: paths.wrappers, sweep: true }
    const scan = await scanner.scan([own, ...config.wrapperDirs])
    const { wallMs, monotonicMs } = watch.sample
    const { graceUntilMs } = watch
    const now = { wallMs, monotonicMs, graceUntilMs, hostname, bootId: bootId() }
    const rules = { staleAfterMs: config.staleAfter, sweepAfterMs: config.tick }
    census = takeCensus(census, scan.files, now, rules)
    temps = takeCensus(temps, scan.temps, now, rules)
    problems = scan.problems
    told = tellChanges(told, census, emit)
    const turn = noteWrappers(memory, census, watch, config.staleAfter)
    memory = turn.memory
    return { facts: turn.facts, act: turn.act }
  }

  function sweep(): string[] {
    return [...census.wrappers, ...temps.wrappers]
      .filter(({ file, verdict }) => file.sweep && verdict.sweepable)
      .filter(({ file }) => sweepFile(file.path, file.mark).kind === 'swept')
      .map(({ file }) => basename(file.path))
  }

  return {
    look,
    census: () => census,
    isFresh: (path) => told?.get(path)?.status === 'fresh',
    problems: () => problems,
    sweep,
  }
}
