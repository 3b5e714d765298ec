import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { type Census, takeCensus } from '../../src/domain/census.ts'
import { createHeartbeatScanner, type HeartbeatFile } from '../../src/host/heartbeat-dir.ts'
import { watchCrowd } from '../support/crowd.ts'
import { startDaemon } from '../support/daemon.ts'
import { heartbeatIn, moment, RULES } from '../support/heartbeats.ts'
import { makeHouse } from '../support/house.ts'
import { faketimeLibrary, needs, needsCommand, needsRoot } from '../support/needs.ts'
import { programPath, startCommand, startProgram } from '../support/program.ts'
import { rounds } from '../support/rounds.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const library = faketimeLibrary()
const withFaketime = { skip: library === undefined ? 'needs the package libfaketime' : false }
const withTown = { skip: needs(needsRoot(), needsCommand('unshare'), needsCommand('perl')) }
const STEPS = ['-1h', '+1h', '-1d', '+1d'] as const
const ALL_FRESH = { fresh: 1, stale: 0, orphan: 0 }

test('W2: sixteen writers and a scanner all at once: no exception, nobody misjudged', async (t) => {
  const { scans } = await watchCrowd(t, rounds(30) * 1_000)
  assert.ok(scans > 100, `${scans} scans`)
})

test(
  'W1 W4 W5: two hundred wrappers come, hang, die and come back under used numbers',
  withTown,
  async (t) => {
    const seed = Date.now() % 100_000
    t.diagnostic(`seed ${seed}`)
    const town = [process.execPath, programPath('wrapper-town.ts'), tempDir(t), '20', String(seed)]
    const space = ['--pid', '--fork', '--mount-proc', '--kill-child', ...town]
    const program = startCommand(t, 'unshare', space)
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
    const { wrong, left, scans, reused, swept, stopped, killed } = JSON.parse(program.stdout())
    assert.deepEqual(wrong, [], `seed ${seed}`)
    assert.deepEqual(left, [], 'whoever is gone is swept in the end')
    t.diagnostic(JSON.stringify({ scans, reused, swept, stopped, killed }))
    assert.ok(reused >= 10, `only ${reused} numbers were used again`)
    assert.ok(swept >= 200 && stopped >= 10 && killed >= 30, program.stdout())
  },
)

for (const step of STEPS) {
  test(
    `W6: the clock of a wrapper is set by ${step}: it stays fresh, and is for who meets it`,
    withFaketime,
    async (t) => {
      const home = tempDir(t)
      const clock = makeClock(t)
      const program = startProgram(t, programPath('attend.ts'), [home, '50'], { env: clock.env })
      await program.nextLine()
      const watching = watch(join(home, 'wrappers'))
      assert.deepEqual(await watching(), ALL_FRESH)
      clock.set(step)
      const before = Date.now()
      await waitFor(
        async () => {
          assert.deepEqual(await watching(), ALL_FRESH)
          assert.deepEqual(await watch(join(home, 'wrappers'))(), ALL_FRESH)
          return Math.abs(Date.parse(String(heartbeatIn(home).last_refresh)) - before) > 1_800_000
        },
        { what: 'a refresh by the other clock', everyMs: 20 },
      )
      assert.deepEqual(await watching(), ALL_FRESH)
      assert.deepEqual(await watch(join(home, 'wrappers'))(), ALL_FRESH, 'first sight')
    },
  )

  test(
    `W6: a wrapper that has had its own clock all along (${step}) is fresh at first sight`,
    withFaketime,
    async (t) => {
      const home = tempDir(t)
      const clock = makeClock(t)
      clock.set(step)
      const program = startProgram(t, programPath('attend.ts'), [home, '50'], { env: clock.env })
      await program.nextLine()
      assert.deepEqual(await watch(join(home, 'wrappers'))(), ALL_FRESH)
    },
  )
}

describe('W6: with a daemon', { concurrency: true }, () => {
  for (const step of STEPS) {
    test(
      `W6: the clock of the daemon is set by ${step}: nobody is stale, an orphan or swept`,
      withFaketime,
      async (t) => {
        const clock = makeClock(t)
        const house = makeHouse(t)
        const env = { ...clock.env, CURFEW_TICK: '100ms', CURFEW_STALE_AFTER: '3s' }
        const daemon = await startDaemon(t, { house, env })
        const wrappers = [
          startProgram(t, programPath('attend.ts'), [house.home, '500']),
          startProgram(t, programPath('refresh-heartbeat.ts'), [
            house.paths.wrappers,
            'six',
            '500',
          ]),
        ]
        for (const wrapper of wrappers) await wrapper.nextLine()
        const isAsItWas = async (): Promise<boolean> => {
          const counts = (await daemon.status()).wrappers
          assert.deepEqual([counts.stale, counts.orphan], [0, 0])
          return counts.fresh === 2
        }
        await waitFor(isAsItWas, { what: 'both to be seen' })
        for (const offset of [step, '+0']) {
          const behind = (await daemon.events()).at(-1)?.id ?? 0
          clock.set(offset)
          await daemon.event('clock_set', behind)
          const untilMs = performance.now() + 4_000
          await waitFor(async () => (await isAsItWas()) && performance.now() > untilMs, {
            what: 'longer than staleAfter to pass',
            everyMs: 50,
          })
        }
      },
    )
  }
})

/** Looks at a folder again and again, and says how many are what. */
function watch(folder: string): () => Promise<Census<HeartbeatFile>['counts']> {
  const scanner = createHeartbeatScanner()
  let census: Census<HeartbeatFile> | undefined
  return async () => {
    const { files } = await scanner.scan([{ path: folder, sweep: true }])
    census = takeCensus(census, files, moment(), RULES)
    return census.counts
  }
}

/** A wall clock for the processes that get this environment; their other clocks are the machine's. */
function makeClock(t: TestContext): { env: NodeJS.ProcessEnv; set: (offset: string) => void } {
  const file = join(tempDir(t), 'clock')
  const set = (offset: string): void => {
    writeFileSync(`${file}.new`, `${offset}\n`)
    renameSync(`${file}.new`, file)
  }
  set('+0')
  const env = {
    ...process.env,
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { env, set }
}
