import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import { listJobFolders } from '../../src/host/jobs/job-folder.ts'
import { runPaths } from '../../src/host/jobs/run-paths.ts'
import { cancelIfNotStarted } from '../../src/host/jobs/start-fence.ts'
import { waiterLives } from '../../src/host/jobs/waiter-life.ts'
import { endAllThatKnow, missing, outputOf, whenOver } from '../host/jobs/job-rig.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { programPath, startProgram } from '../support/program.ts'
import { rounds } from '../support/rounds.ts'
import { tempDir } from '../support/temp-dir.ts'

const COUNTS = { perl: rounds(100), plain: rounds(30), dash: rounds(30) }

for (const kind of ['perl', 'plain', 'dash'] as const) {
  const count = COUNTS[kind]
  // After how many launches the one who launches is killed.
  for (const moment of [1, Math.ceil(count / 3), count]) {
    test(
      `J1: ${kind}: killed with -9 after ${moment} of ${count} launches: every job that began has its true end`,
      { skip: missing(kind) },
      async (t) => {
        const home = tempDir(t)
        onEnd(t, () => endAllThatKnow(home))
        const gate = openGate(t, home)
        const args = [kind, home, String(count)]
        const program = startProgram(t, programPath('launch-jobs.ts'), args)
        await program.line(`launched ${moment}`, 60_000)
        await program.kill('SIGKILL')
        const runs = listJobFolders(`${home}/jobs`).map((id) => {
          const paths = runPaths(`${home}/jobs`, id)
          return { id, paths, isLaunched: id <= moment || cancelIfNotStarted(paths) === 'started' }
        })
        const launched = runs.filter((run) => run.isLaunched)
        assert.ok(launched.length >= moment)
        assert.ok(launched.every(({ paths }) => waiterLives(paths)))
        const looks = launched.map(({ paths }) => whenOver(paths))
        writeSync(gate, '\n'.repeat(count))
        const ends = (await Promise.all(looks)).map((look) => look.written)
        assert.deepEqual(
          ends,
          launched.map(({ id }) => ({ kind: 'exited', code: id })),
        )
        for (const { id, paths } of launched) assert.equal(outputOf(paths), `${id}\n`)
        for (const { paths } of runs.filter((run) => !run.isLaunched))
          assert.equal(existsSync(paths.log), false)
      },
    )
  }
}

/** What the jobs wait at, one line for each. */
function openGate(t: Cleaning, home: string): number {
  spawnSync('mkfifo', [`${home}/gate`])
  const gate = openSync(`${home}/gate`, 'r+')
  onEnd(t, () => closeSync(gate))
  return gate
}
