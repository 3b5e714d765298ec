import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { programPath, startProgram } from '../support/program.ts'
import { type Mistake, MISTAKES } from '../support/task-model.ts'

const HISTORIES = 20_000

test(`T1 to T5: ${HISTORIES} random histories of all verbs come to what a simple model comes to`, async (t) => {
  assert.deepEqual(await live(t, HISTORIES), { lived: HISTORIES, report: null })
})

for (const mistake of MISTAKES) {
  test(`a model that makes a mistake ("${mistake}") is told from the store`, async (t) => {
    const { report } = await live(t, 4_000, mistake)
    assert.match(report ?? 'not told', /Property failed/)
  })
}

/** In a process of its own: a test watches each promise that is made in it, which takes as long as the work. */
async function live(
  t: TestContext,
  count: number,
  ...mistake: readonly Mistake[]
): Promise<{ lived: number; report: string | null }> {
  const script = programPath('live-histories.ts')
  const program = startProgram(t, script, [String(count), ...mistake])
  const { code } = await program.ended
  assert.equal(code, 0, program.stderr())
  return JSON.parse(program.stdout())
}
