import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '../../src/domain/report.ts'
import { parseReport, REPORT_LIMITS } from '../../src/formats/report-text.ts'
import { reportSchema } from '../../src/formats/report.ts'
import { reportJson } from '../support/reports.ts'

function read(fields: Readonly<Record<string, unknown>>): Report {
  const content = parseReport(reportJson(fields))
  assert.ok(content.kind === 'report', JSON.stringify(content))
  return content
}

const torn: readonly [text: string, reason: string][] = [
  ['', 'is empty'],
  [' \n', 'is empty'],
  ['{"pid":', 'is not JSON'],
  ['\0', 'is not JSON'],
  ['['.repeat(100_000), 'is not JSON'],
  ['[]', 'is not a JSON object'],
  ['null', 'is not a JSON object'],
  ['7', 'is not a JSON object'],
  ['{}', 'has no pid'],
  [reportJson({ pid: true }), 'has a wrong pid: boolean'],
  [reportJson({ pid: '12' }), 'has a wrong pid: "12"'],
  [reportJson({ pid: 0 }), 'has a wrong pid: number'],
  [reportJson({ pid: 1.5 }), 'has a wrong pid: number'],
  [reportJson({ pid: 2 ** 31 }), 'has a wrong pid: number'],
  [reportJson({ tool: undefined }), 'has no tool'],
  [reportJson({ tool: null }), 'has a wrong tool: object'],
  [reportJson({ state: undefined }), 'has no state'],
  [reportJson({ state: 3 }), 'has a wrong state: number'],
]

for (const [text, reason] of torn) {
  test(`a report that ${reason}: ${JSON.stringify(text).slice(0, 30)}`, () => {
    assert.deepEqual(parseReport(text), { kind: 'torn', reason })
  })
}

test('what a reason quotes is short and plain', () => {
  const content = parseReport(reportJson({ pid: '\u001b[2J'.repeat(1_000) }))
  assert.ok(content.kind === 'torn' && content.reason.length <= 101)
  assert.doesNotMatch(content.reason, /\p{Cc}/u)
})

const taken: readonly [string, Readonly<Record<string, unknown>>, Partial<Report>][] = [
  [
    'older names',
    { units_completed: undefined, stacks_completed: 3, stacks_total: 9, last_stack: 'core' },
    { unitsCompleted: 3, unitsTotal: 9, lastUnit: 'core' },
  ],
  [
    'newer names before older',
    { units_completed: 4, stacks_completed: 3, last_unit: 'a', last_stack: 'b' },
    { unitsCompleted: 4, lastUnit: 'a' },
  ],
  ['a state of a later version', { state: 'paused' }, { state: 'unknown' }],
  ['the name of a property of objects', { state: 'constructor' }, { state: 'unknown' }],
  [
    'negative and broken counts',
    { units_completed: -1, units_total: 1.5 },
    { unitsCompleted: 0, unitsTotal: null },
  ],
  ['counts beyond what numbers can tell', { units_total: 2 ** 60 }, { unitsTotal: null }],
  [
    'a time without a zone is UTC',
    { started_at: '2026-11-20T12:00:00' },
    { startedAtMs: Date.UTC(2026, 10, 20, 12) },
  ],
  [
    'no time',
    { updated_at: 'yesterday', last_line_at: 5 },
    { updatedAtMs: null, lastLineAtMs: null },
  ],
  [
    'empty texts',
    { last_unit: '', last_message: '', error: '' },
    { lastUnit: null, lastMessage: null, error: null },
  ],
  [
    'what is no text',
    { last_unit: {}, tail: ['a', 1, null, 'b'], argv: 'make' },
    { lastUnit: null, tail: ['a', 'b'], argv: [] },
  ],
  ['codes', { exit_code: -9 }, { exitCode: -9 }],
  ['codes that are none', { exit_code: 1e12 }, { exitCode: null }],
  ['seconds', { elapsed_seconds: -5 }, { elapsedSeconds: null }],
]

for (const [name, fields, expected] of taken) {
  test(`read with sense: ${name}`, () => {
    const content = read(fields)
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual(Reflect.get(content, key), value, key)
    }
  })
}

test('R4: of what is too long the right end is kept', () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => `${at}`)
  const content = read({
    tail: lines,
    argv: lines,
    tool: 'x'.repeat(9_999),
    error: 'y'.repeat(9_999),
  })
  assert.deepEqual(content.tail, lines.slice(-REPORT_LIMITS.tail))
  assert.deepEqual(content.argv, lines.slice(0, REPORT_LIMITS.args))
  assert.equal(content.tool.length, REPORT_LIMITS.tool + 1)
  assert.equal(content.error?.length, REPORT_LIMITS.text + 1)
})

test('what the schema takes is read as it stands', () => {
  const fields = JSON.parse(
    reportJson({ units_total: 3, last_unit: 'a', exit_code: 2, error: 'no' }),
  )
  assert.ok(reportSchema.safeParse(fields).success)
  const { unitsTotal, lastUnit, exitCode, error } = read(fields)
  assert.deepEqual([unitsTotal, lastUnit, exitCode, error], [3, 'a', 2, 'no'])
})
