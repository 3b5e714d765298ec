import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { lookAtRun } from '../../../src/host/jobs/look-at-run.ts'
import { readWholeLog } from '../../../src/host/jobs/read-log.ts'
import { waitFor } from '../../support/wait-for.ts'
import { makeRig, missing } from './job-rig.ts'

const MIB = 1024 * 1024

for (const kind of ['perl', 'dash', 'busybox'] as const) {
  test(
    `J7: ${kind}: head and tail stay, with one line that says what was cut, and the disk gets the rest back`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const script = 'echo first; head -c 40000000 /dev/zero | tr "\\0" x; echo; echo last'
      const started = await rig.start(['sh', '-c', script], { logCapBytes: MIB })
      const { record } = await started.over
      const { blocks, size } = statSync(started.paths.log)
      assert.ok(blocks * 512 <= 1.1 * MIB, `${blocks * 512} bytes on disk`)
      assert.equal(size, 40_000_012)
      const pieces = [...readWholeLog(started.paths)]
      const output = Buffer.concat(
        pieces.flatMap((piece) => (piece.kind === 'output' ? [piece.bytes] : [])),
      )
      const lost = pieces.reduce((sum, piece) => sum + (piece.kind === 'cut' ? piece.lost : 0), 0)
      assert.equal(output.length + lost, size)
      assert.equal(record.cut?.lost, lost)
      assert.match(output.toString(), /^first\nx+\nlast\n$/)
      const raw = readFileSync(started.paths.log, 'latin1')
      assert.equal(raw.match(/^\[curfew: \d+ bytes cut here\]$/gm)?.length, 1)
      assert.ok(raw.includes(`\n[curfew: ${lost} bytes cut here]\n`))
    },
  )
}

test(
  'J7: where holes cannot be made the head and the newest stay',
  { skip: missing('plain') },
  async (t) => {
    const rig = await makeRig(t, 'plain')
    const script =
      'echo first; i=0; while [ $i -lt 80 ]; do head -c 100000 /dev/zero | tr "\\0" x; sleep 0.01; i=$((i+1)); done; echo; echo last'
    const started = await rig.start(['sh', '-c', script], { logCapBytes: MIB })
    const { record } = await started.over
    assert.ok(statSync(started.paths.log).size <= 1.5 * MIB)
    const raw = readFileSync(started.paths.log, 'latin1')
    assert.ok(raw.startsWith('first\nxxx') && raw.endsWith('last\n'))
    assert.match(raw, /\[curfew: \d+ bytes cut here\]/)
    assert.ok((record.cut?.lost ?? 0) > 6_000_000)
  },
)

test(
  'J7: where holes cannot be made a burst right before the end keeps its last lines too',
  { skip: missing('plain') },
  async (t) => {
    const rig = await makeRig(t, 'plain')
    const script = 'echo first; head -c 9000000 /dev/zero | tr "\\0" x; echo; echo last'
    const started = await rig.start(['sh', '-c', script], { logCapBytes: MIB })
    await started.over
    await waitFor(() => statSync(started.paths.log).size <= 1.5 * MIB, { what: 'the last cut' })
    const raw = readFileSync(started.paths.log, 'latin1')
    assert.ok(raw.startsWith('first\nxxx') && raw.endsWith('last\n'))
  },
)

test(
  'J7: a log below its cap, and one without a cap, are left as they are',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    for (const logCapBytes of [0, 10 * MIB]) {
      const started = await rig.start(['sh', '-c', 'head -c 3000000 /dev/zero; sleep 0.3'], {
        logCapBytes,
      })
      assert.equal((await started.over).record.cut, null)
      assert.equal(statSync(started.paths.log).size, 3_000_000)
    }
  },
)

test(
  'J7: a job that writes after a silence, and one that truncates its own log, are capped too',
  { skip: missing('perl') },
  async (t) => {
    const rig = await makeRig(t)
    const burst = 'head -c 5000000 /dev/zero | tr "\\0" x'
    const script = `sleep 0.7; ${burst}; sleep 0.6; : > /proc/self/fd/1; ${burst}; while [ ! -e ${rig.home}/go ]; do sleep 0.02; done`
    const started = await rig.start(['sh', '-c', script], { logCapBytes: MIB })
    await waitFor(() => lookAtRun(started.paths).record.cut !== null, { what: 'the first cut' })
    const first = lookAtRun(started.paths).record.cut
    await waitFor(() => statSync(started.paths.log).blocks * 512 < 1.1 * MIB && first !== null, {
      what: 'the disk to get it back',
    })
    process.kill(lookAtRun(started.paths).record.began?.job.pid ?? 0, 'SIGKILL')
    await started.over
    assert.ok(statSync(started.paths.log).blocks * 512 < 1.1 * MIB)
  },
)
