import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { needs, needsCommand } from '../support/needs.ts'
import { needsPidNamespace, startLockedIn } from '../support/pid-namespace.ts'
import { rounds } from '../support/rounds.ts'

const JOBS = rounds(1_000)
const KIB = 1024
/** It is not the disk that is tried. */
const MEMORY = '/dev/shm'

test(
  `D4: ${JOBS} jobs run at once: the daemon answers, each costs little, and all can be ended`,
  { skip: needs(needsPidNamespace(), needsCommand('perl')), timeout: 180_000 },
  async (t) => {
    const env = { TMPDIR: existsSync(MEMORY) ? MEMORY : tmpdir() }
    const program = startLockedIn(t, 'crowd-of-jobs.ts', [String(JOBS)], { most: 3 * JOBS, env })
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
    const told = JSON.parse(program.lines()[0] ?? '')
    t.diagnostic(JSON.stringify(told))
    assert.deepEqual([told.outcomes, told.left, told.warnings], [['killed'], 0, []])
    assert.ok(told.descriptors < 1.1, `${told.descriptors} descriptors each`)
    assert.ok(told.waiterBytes < 300 * KIB, `${told.waiterBytes} bytes beside each`)
    // Its heap grows in steps of some MiB, whatever made it grow, so that a few jobs show more of it each.
    const most = 16 * KIB * KIB + 48 * KIB * JOBS
    assert.ok(told.daemonBytes * JOBS < most, `${told.daemonBytes} bytes in the daemon each`)
  },
)
