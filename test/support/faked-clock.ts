import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startDaemon, type TestDaemon } from './daemon.ts'
import { makeHouse } from './house.ts'
import { faketimeLibrary } from './needs.ts'

const library = faketimeLibrary()
/** For the options of a test. */
export const withFaketime = {
  skip: library === undefined ? 'needs the package libfaketime' : false,
}

export interface UnderClock {
  readonly daemon: TestDaemon
  readonly env: NodeJS.ProcessEnv
  /** Such as "+1d". */
  setClock(offset: string): void
}

/** A daemon with a wall clock of its own; its other clocks are the machine's. */
export async function startUnderClock(
  t: TestContext,
  more: NodeJS.ProcessEnv = {},
): Promise<UnderClock> {
  const house = makeHouse(t)
  const file = join(house.folder, 'clock')
  const setClock = (offset: string): void => {
    writeFileSync(`${file}.new`, `${offset}\n`)
    renameSync(`${file}.new`, file)
  }
  setClock('+0')
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    CURFEW_TICK: '200ms',
    ...more,
  }
  return { daemon: await startDaemon(t, { house, env }), env, setClock }
}
