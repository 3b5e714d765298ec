import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { createJobFolder } from '../../src/host/jobs/job-folder.ts'
import { launchJob } from '../../src/host/jobs/launch-job.ts'
import { cancelIfNotStarted } from '../../src/host/jobs/start-fence.ts'
import { makeRig, missing, outputOf, type Rig, whenOver } from '../host/jobs/job-rig.ts'
import { rounds } from '../support/rounds.ts'

const ROUNDS = { perl: rounds(200), dash: rounds(60) }

for (const kind of ['perl', 'dash'] as const) {
  test(
    `J3: ${kind}: a recovery that races a waiter: it has run or it was cancelled, never both, never neither`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const counts = { started: 0, cancelled: 0 }
      for (let id = 1; id <= ROUNDS[kind]; id += 1) {
        const { paths, launch } = prepare(rig, id)
        const launching = launch()
        await turns(id % (kind === 'perl' ? 12 : 40))
        const decided = cancelIfNotStarted(paths)
        const outcome = await launching
        const { written } = await whenOver(paths)
        counts[decided] += 1
        const ran = existsSync(paths.log) && outputOf(paths) === 'ran\n'
        assert.equal(ran, decided === 'started', `round ${id}: ${decided}, ${outcome.kind}`)
        assert.deepEqual(written, decided === 'started' ? { kind: 'exited', code: 0 } : null)
        assert.equal(outcome.kind, decided === 'started' ? 'launched' : 'taken')
      }
      t.diagnostic(JSON.stringify(counts))
    },
  )

  test(
    `J3: ${kind}: many launches of one job at once: it runs once`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      for (let id = 1; id <= ROUNDS[kind] / 4; id += 1) {
        const { paths, launch } = prepare(rig, id)
        const outcomes = await Promise.all(Array.from({ length: 4 }, launch))
        assert.deepEqual(outcomes.map((outcome) => outcome.kind).toSorted(), [
          'launched',
          'taken',
          'taken',
          'taken',
        ])
        const { written } = await whenOver(paths)
        assert.deepEqual(written, { kind: 'exited', code: 0 })
        assert.equal(outputOf(paths), 'ran\n')
      }
    },
  )
}

function prepare(rig: Rig, id: number) {
  const environment = { PATH: process.env.PATH }
  const paths = createJobFolder(rig.jobs, id, { spec: {}, environment })
  const order = { paths, argv: ['sh', '-c', 'echo ran'], cwd: '/', umask: 0o22, logCapBytes: 0 }
  return { paths, launch: () => launchJob({ get: async () => rig.launcher }, order) }
}

/** So many turns of the event loop, and the kernel in between. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    const began = performance.now()
    while (performance.now() - began < 0.1) continue
  }
}
