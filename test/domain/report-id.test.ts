import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReportId, nextMoment, reportId, type ReportMoment } from '../../src/domain/report-id.ts'

const NOW = Date.UTC(2026, 10, 20, 12)

const names: readonly [text: string, isId: boolean][] = [
  ['20261120-120000000-00000abc0f1e2d', true],
  ['build.3_b-1', true],
  ['a', true],
  ['a'.repeat(128), true],
  ['a'.repeat(129), false],
  ['', false],
  ['.', false],
  ['..', false],
  ['../x', false],
  ['a/../x', false],
  ['/etc/passwd', false],
  ['.hidden', false],
  ['-rf', false],
  ['_x', false],
  ['a b', false],
  ['a\nb', false],
  ['a\n', false],
  ['a\0', false],
  ['a\\b', false],
  ['%2e%2e', false],
  ['é', false],
]

for (const [text, isId] of names) {
  test(`R3: ${JSON.stringify(text).slice(0, 40)} is ${isId ? 'an id' : 'refused'}`, () => {
    assert.equal(isReportId(text), isId)
  })
}

test('R3: ids of one process differ and sort as they were made, also when the clock stands or goes back', () => {
  const ids: string[] = []
  let last: ReportMoment | undefined
  for (let made = 0; made < 5_000; made += 1) {
    last = nextMoment(last, NOW - made)
    ids.push(reportId(last, 4_194_304, 'ffffff'))
  }
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.toSorted(), ids)
  assert.ok(ids.every(isReportId))
})

test('R3: among processes they sort by when they began, whatever the number of the process', () => {
  const early = reportId({ ms: NOW, turn: 1_000 }, 4_194_304, 'ffffff')
  const late = reportId({ ms: NOW + 1, turn: 0 }, 1, '000000')
  assert.ok(early < late)
  assert.match(late, /^20261120-120000001-00000001000000$/)
})
