import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRig, missing } from '../host/jobs/job-rig.ts'
import { rounds } from '../support/rounds.ts'

const AT_ONCE = 16
/** Of each shell so many codes, spread over all there are; dash is what is mostly there under the name sh. */
const COUNTS = {
  dash: Math.min(rounds(256), 256),
  bash: Math.min(rounds(64), 256),
  busybox: Math.min(rounds(64), 256),
}

for (const kind of ['dash', 'bash', 'busybox'] as const) {
  test(
    `J2: ${kind}: ${COUNTS[kind]} exit codes, each is the one that was returned`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      const count = COUNTS[kind]
      const codes = Array.from({ length: count }, (_, at) => 255 - Math.floor((at * 256) / count))
      for (let from = 0; from < codes.length; from += AT_ONCE) {
        const some = codes.slice(from, from + AT_ONCE)
        const looks = await Promise.all(some.map((code) => rig.run(['sh', '-c', `exit ${code}`])))
        assert.deepEqual(
          looks.map(({ written }) => written),
          some.map((code) => ({ kind: 'exited', code })),
        )
      }
    },
  )
}
