import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRig, missing } from '../host/jobs/job-rig.ts'

for (const kind of ['dash', 'bash', 'busybox'] as const) {
  test(
    `J2: ${kind}: every exit code is the one that was returned`,
    { skip: missing(kind) },
    async (t) => {
      const rig = await makeRig(t, kind)
      for (let code = 0; code < 256; code += 1) {
        const { written } = await rig.run(['sh', '-c', `exit ${code}`])
        assert.deepEqual(written, { kind: 'exited', code })
      }
    },
  )
}
