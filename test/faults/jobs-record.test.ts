import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndWritten } from '../../src/domain/job-ending.ts'
import { nameEnd, readExitRecord } from '../../src/host/jobs/exit-file.ts'
import { lookAtRun } from '../../src/host/jobs/look-at-run.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'
import { makeRig, missing, type Started } from '../host/jobs/job-rig.ts'

/** A job of a shell costs twenty processes. */
const COUNTS = { perl: rounds(300), dash: rounds(60) }

for (const kind of ['perl', 'dash'] as const) {
  test(
    `J2: ${kind}: ${COUNTS[kind]} ends, each read without pause while it is written: nothing or the whole truth`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const seen = { nothing: 0, truth: 0 }
      for (let round = 0; round < COUNTS[kind]; round += 1) {
        const code = round % 256
        const started = await rig.start(['sh', '-c', `exit ${code}`])
        let written: EndWritten | null = null
        while (written === null) {
          for (let look = 0; look < 200 && written === null; look += 1) {
            written = nameEnd(readExitRecord(started.paths.exit).end)
            seen[written === null ? 'nothing' : 'truth'] += 1
          }
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
        }
        assert.deepEqual(written, { kind: 'exited', code })
        await started.over
      }
      t.diagnostic(JSON.stringify(seen))
    },
  )

  test(
    `J2: ${kind}: a waiter killed at any moment leaves the truth or nothing`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const ends = { lost: 0, true: 0 }
      for (let round = 0; round < COUNTS[kind]; round += 1) {
        const started = await rig.start(['sh', '-c', `sleep 0.00${round % 10}; exit 42`])
        await killWaiter(started, round % 17)
        const { written } = await started.over
        ends[written === null ? 'lost' : 'true'] += 1
        if (written !== null) assert.deepEqual(written, { kind: 'exited', code: 42 })
      }
      t.diagnostic(JSON.stringify(ends))
    },
  )
}

async function killWaiter({ paths }: Started, afterMs: number): Promise<void> {
  const began = performance.now()
  const waiter = await waitFor(() => lookAtRun(paths).record.began?.waiter.pid, {
    what: 'a waiter',
    everyMs: 1,
  })
  await waitFor(() => performance.now() - began >= afterMs, { what: 'time to pass', everyMs: 1 })
  try {
    process.kill(waiter ?? 0, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
