import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJobSpec, writeJobSpec } from '../../src/formats/job-spec.ts'
import { draft } from '../support/jobs.ts'
import { anyUnstarted } from '../support/job-arbitraries.ts'

test('J10: whatever was submitted is read back from its folder as it was', () => {
  fc.assert(
    fc.property(anyUnstarted, fc.array(fc.integer({ min: 1, max: 99 })), (job, after) => {
      const { id, createdMs, parent, retryOf, wait } = job
      const asked = { id, spec: { ...job.spec, after }, createdMs, parent, retryOf, wait }
      for (const ticket of [undefined, 'asked once']) {
        const read = parseJobSpec(JSON.parse(JSON.stringify(writeJobSpec(asked, ticket))))
        assert.deepEqual(read, { ok: true, draft: asked, ticket })
      }
    }),
  )
})

test('a spec has plain names, for people and other programs', () => {
  const spec = writeJobSpec(draft(3, { command: ['a', 'b\n'], session: 's', timeoutMs: 5 }))
  const { id, command, session, timeout_ms, created_at } = spec
  assert.deepEqual([id, command, session, timeout_ms], [3, ['a', 'b\n'], 's', 5])
  assert.equal(created_at, '2026-11-20T09:00:00.003Z')
})

test('a spec from before a umask was kept is of the usual one', () => {
  const { umask: _, ...spec } = writeJobSpec(draft(3, { umask: 0o077 }))
  const read = parseJobSpec(spec)
  assert.ok(read.ok && read.draft.spec.umask === 0o022)
})

test('a spec of a later version that only knows more is read', () => {
  assert.ok(parseJobSpec({ ...writeJobSpec(draft(3)), colour: 'blue' }).ok)
})

const broken: readonly [string, (spec: Record<string, unknown>) => unknown, string][] = [
  ['missing', () => undefined, 'is not a spec of a job'],
  ['a list', () => [], 'is not a spec of a job'],
  ['of another schema', (spec) => ({ ...spec, schema_version: 2 }), 'has no usable schema_version'],
  ['without an id', (spec) => ({ ...spec, id: undefined }), 'has no usable id'],
  ['without a command', (spec) => ({ ...spec, command: [] }), 'has no usable command'],
  ['with a wrong argument', (spec) => ({ ...spec, command: ['a', 1] }), 'has no usable command.1'],
  [
    'with a wrong date',
    (spec) => ({ ...spec, created_at: 'yesterday' }),
    'has no usable created_at',
  ],
  ['with a wrong wait', (spec) => ({ ...spec, wait: {} }), 'has no usable wait'],
]

for (const [what, change, reason] of broken) {
  test(`J10: a spec that is ${what} is told, not thrown`, () => {
    assert.deepEqual(parseJobSpec(change(writeJobSpec(draft(3)))), { ok: false, reason })
  })
}

test('J10: any JSON is read or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = parseJobSpec(value)
      if (!parsed.ok) assert.notEqual(parsed.reason, '')
    }),
  )
})
