import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missing } from '../host/jobs/job-rig.ts'
import {
  type DaemonEscape,
  type EscapeMode,
  type EscapeRound,
  ESCAPES,
  TOO_CLEVER,
} from '../support/escapes.ts'
import { needs } from '../support/needs.ts'
import { needsPidNamespace, startLockedIn } from '../support/pid-namespace.ts'
import { rounds } from '../support/rounds.ts'

const MODES: readonly EscapeMode[] = ['subreaper', 'cgroup', 'scan', 'shell']
const ROUNDS: Record<EscapeMode, number> = {
  subreaper: rounds(5),
  cgroup: rounds(5),
  scan: rounds(2),
  shell: rounds(2),
}
const cannotRun = needs(needsPidNamespace(), missing('perl'))

for (const mode of MODES) {
  test(
    `J6: ${mode}: ${ESCAPES.length} kinds of escape, ${ROUNDS[mode]} times each: of the job nothing is left`,
    {
      skip: needs(cannotRun, missing(mode === 'shell' ? 'dash' : 'perl')),
      timeout: 240_000,
    },
    async (t) => {
      const args = [mode, String(ROUNDS[mode]), ...ESCAPES]
      const program = startLockedIn(t, 'end-escapes.ts', args)
      const { code } = await program.ended
      assert.equal(code, 0, program.stderr())
      const lines = program.lines()
      if (lines[0]?.startsWith('no control group') === true) return t.skip(lines[0])
      const seen = lines.map((line): EscapeRound => JSON.parse(line))
      assert.equal(seen.length, ROUNDS[mode] * ESCAPES.length)
      const isPortable = mode === 'scan' || mode === 'shell'
      for (const { kind, reach, written } of seen) {
        assert.equal(reach, mode === 'shell' ? 'scan' : mode, kind)
        assert.deepEqual(written, { kind: 'signalled', signal: 'SIGTERM' }, kind)
      }
      const survivors = seen.filter(({ survived }) => survived).map(({ kind }) => kind)
      t.diagnostic(`survived: ${survivors.join(' ')}`)
      assert.deepEqual(
        survivors.filter((kind) => !isPortable || !TOO_CLEVER.has(kind)),
        [],
      )
    },
  )
}

test(
  `J6: through the daemon: of ${ESCAPES.length} jobs that escape, killed and timed out, nothing is left`,
  { skip: cannotRun, timeout: 120_000 },
  async (t) => {
    const program = startLockedIn(t, 'end-escapes-by-daemon.ts', [...ESCAPES])
    const { code } = await program.ended
    assert.equal(code, 0, program.stderr())
    const seen = program.lines().map((line): DaemonEscape => JSON.parse(line))
    assert.equal(seen.length, ESCAPES.length * 2)
    t.diagnostic(`reach: ${[...new Set(seen.map(({ reach }) => reach))].join()}`)
    for (const { kind, how, status, reach, survived } of seen) {
      assert.equal(status, how === 'kill' ? 'killed' : 'timed_out', kind)
      if (reach !== 'scan' || !TOO_CLEVER.has(kind))
        assert.equal(survived, false, `${kind}, ${how}`)
    }
  },
)
