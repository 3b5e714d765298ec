import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { JOB_VERBS } from '../../src/contract/job-verbs.ts'
import type { JobVerbName } from '../../src/contract/jobs.ts'
import { jobRequestSchemas } from '../../src/formats/job-requests.ts'
import { rounds } from '../support/rounds.ts'

const NAMES = Object.keys(JOB_VERBS).filter((name): name is JobVerbName => name in JOB_VERBS)
const RUN = { command: ['true'], cwd: '/' }

/** What came of it, or the field and the reason of what was wrong first. */
function parse(name: JobVerbName, input: unknown): unknown {
  const result = jobRequestSchemas[name].safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  return `${issue?.path.join('.')}: ${issue?.message}`
}

const takes: readonly [JobVerbName, object, object][] = [
  ['run', RUN, RUN],
  [
    'run',
    {
      shell: 'echo "$HOME"; exit 3',
      cwd: '/a b',
      umask: '027',
      env: { A: '', 'B.C': 'ä=b\n' },
      session: 's',
      parent: 3,
      name: 'n',
      group: 'g',
      after: [3, 4, 3],
      delay: '5m',
      priority: -7,
      timeout: '1.5h',
      retry: 2,
      keep_awake: true,
    },
    {
      shell: 'echo "$HOME"; exit 3',
      cwd: '/a b',
      umask: 0o27,
      env: { A: '', 'B.C': 'ä=b\n' },
      session: 's',
      parent: 3,
      name: 'n',
      group: 'g',
      after: [3, 4],
      delay: 300_000,
      priority: -7,
      timeout: 5_400_000,
      retry: 2,
      keep_awake: true,
    },
  ],
  ['run', { ...RUN, timeout: 90, delay: 0 }, { ...RUN, timeout: 90_000, delay: 0 }],
  ['run', { ...RUN, at: '2026-11-20T18:30+01:00' }, { ...RUN, at: Date.UTC(2026, 10, 20, 17, 30) }],
  [
    'run',
    { ...RUN, at: '2026-11-20T18:30:00.5Z' },
    { ...RUN, at: Date.UTC(2026, 10, 20, 18, 30, 0, 500) },
  ],
  ['jobs', {}, { limit: 100 }],
  [
    'jobs',
    { limit: '5', before: '9', status: 'timed_out' },
    { limit: 5, before: 9, status: 'timed_out' },
  ],
  ['job', { id: '12' }, { id: 12 }],
  ['wait', { ids: '4, 2,4' }, { ids: [4, 2], wait: 0 }],
  ['wait', { ids: [1], wait: '60s' }, { ids: [1], wait: 60_000 }],
  ['kill', { ids: [1] }, { ids: [1] }],
  ['kill', { ids: [1], signal: 'int' }, { ids: [1], signal: { kind: 'end', signal: 'SIGINT' } }],
  ['retry', { id: 1 }, { id: 1, in_place: false }],
  ['pause', { group: 'g' }, { group: 'g' }],
  ['resume', { ids: [2, 1] }, { ids: [2, 1] }],
  ['edit', { id: 1, after: [], priority: 3 }, { id: 1, after: [], priority: 3 }],
  ['progress', { id: 1, done: 3, total: 10, text: 'ä' }, { id: 1, done: 3, total: 10, text: 'ä' }],
  ['group_set', { name: 'g', slots: 0 }, { name: 'g', slots: 0 }],
]

for (const [name, input, output] of takes) {
  test(`${name} takes ${JSON.stringify(input)}`, () => assert.deepEqual(parse(name, input), output))
}

const refuses: readonly [JobVerbName, object, string][] = [
  ['run', { cwd: '/' }, 'command: expected either a command or a shell line'],
  ['run', { ...RUN, shell: 'x' }, 'command: expected either a command or a shell line'],
  ['run', { ...RUN, command: [] }, 'command: expected at least the program'],
  ['run', { ...RUN, command: [''] }, 'command: expected the name of a program'],
  [
    'run',
    { ...RUN, command: 'ls -l' },
    'command: expected a list: the program, then its arguments',
  ],
  [
    'run',
    { ...RUN, command: ['a\0b'] },
    'command.0: expected text without a 0 byte and without halves of characters',
  ],
  [
    'run',
    { ...RUN, command: ['a', '\ud800'] },
    'command.1: expected text without a 0 byte and without halves of characters',
  ],
  [
    'run',
    { ...RUN, command: ['a', 'x'.repeat(2 ** 21)] },
    'command: expected at most 2097152 bytes of arguments',
  ],
  ['run', { shell: '', cwd: '/' }, 'shell: expected a line that is not empty'],
  ['run', { command: ['a'] }, 'cwd: expected text'],
  ['run', { ...RUN, cwd: 'here' }, 'cwd: expected an absolute path'],
  ['run', { ...RUN, cwd: `/${'x'.repeat(4095)}` }, 'cwd: expected a shorter path'],
  [
    'run',
    { ...RUN, env: { 'A=B': 'c' } },
    'env.A=B: expected a name that is not empty and has no "=" in it',
  ],
  [
    'run',
    { ...RUN, env: { '': 'c' } },
    'env.: expected a name that is not empty and has no "=" in it',
  ],
  [
    'run',
    { ...RUN, env: { A: 'secret\0' } },
    'env.A: expected a value without a 0 byte and without halves of characters',
  ],
  ['run', { ...RUN, env: { A: 1 } }, 'env.A: expected text'],
  ['run', { ...RUN, env: ['A=1'] }, 'env: expected names and their values'],
  [
    'run',
    { ...RUN, delay: '5m', at: '2026-11-20T18:30Z' },
    'at: expected either a delay or a time, not both',
  ],
  [
    'run',
    { ...RUN, at: '18:30' },
    'at: expected a date with its zone, such as "2026-11-20T18:30:00+01:00"',
  ],
  [
    'run',
    { ...RUN, at: '2026-11-20T18:30' },
    'at: expected a date with its zone, such as "2026-11-20T18:30:00+01:00"',
  ],
  [
    'run',
    { ...RUN, at: '2026-11-20' },
    'at: expected a date with its zone, such as "2026-11-20T18:30:00+01:00"',
  ],
  ['run', { ...RUN, after: ['x'] }, 'after.0: expected a job id'],
  ['run', { ...RUN, after: [0] }, 'after.0: expected a job id'],
  ['run', { ...RUN, umask: '28' }, 'umask: expected up to three octal digits, such as "022"'],
  ['run', { ...RUN, umask: 22 }, 'umask: expected text in octal, such as "022"'],
  ['run', { ...RUN, priority: 1001 }, 'priority: expected -1000 to 1000'],
  ['run', { ...RUN, retry: -1 }, 'retry: expected 0 to 100'],
  ['run', { ...RUN, name: 'a\u001b[2J' }, 'name: expected text without control characters'],
  ['run', { ...RUN, group: 'x'.repeat(65) }, 'group: expected at most 64 characters'],
  ['run', { ...RUN, session: '--name' }, 'session: expected a name that does not begin with "-"'],
  [
    'run',
    { ...RUN, delay: 'soon' },
    'delay: expected a duration such as "200ms", "30s", "5m", "2h" or "7d", or a number of seconds, got "soon"',
  ],
  ['run', { ...RUN, session: '' }, 'session: expected text that is not empty'],
  [
    'jobs',
    { status: 'done' },
    'status: expected one of queued, paused, running, succeeded, failed, signalled, timed_out, killed, oom, lost, unstartable',
  ],
  ['jobs', { limit: 0 }, 'limit: expected 1 to 1000'],
  ['job', {}, 'id: expected a job id'],
  ['job', { id: '../3' }, 'id: expected a job id'],
  ['wait', { ids: [] }, 'ids: expected job ids such as 3,4'],
  ['wait', { ids: '' }, 'ids.0: expected a job id'],
  ['wait', { ids: [1], wait: '2m' }, 'wait: expected at most "60s": ask again after it'],
  [
    'kill',
    { ids: [1], signal: 'STOP' },
    'signal: SIGSTOP is for `curfew pause` and `curfew resume`',
  ],
  ['pause', {}, 'ids: expected either ids or a group'],
  ['pause', { ids: [1], group: 'g' }, 'ids: expected either ids or a group'],
  ['progress', { id: 1, total: 5 }, 'done: expected how much is done, or a text'],
  ['group_set', { name: '__proto__', slots: 1 }, 'name: expected another name than "__proto__"'],
  ['group_set', { name: 'g', slots: -1 }, 'slots: expected 0 (any number) to 100000'],
]

for (const [name, input, problem] of refuses) {
  const shown = JSON.stringify(input).slice(0, 80)
  test(`D3: ${name} refuses ${shown}`, () => assert.equal(parse(name, input), problem))
}

test('J5: a value of the environment is never part of what a refusal says', () => {
  const env = { A: 'canary\0', B: 'canary\ud800' }
  const result = jobRequestSchemas.run.safeParse({ ...RUN, env })
  assert.ok(!result.success)
  const told = result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join()
  assert.doesNotMatch(told, /canary/)
})

test('a thousand ids may be asked for at once, and not one more', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => index + 1)
  assert.deepEqual(parse('remove', { ids }), { ids })
  assert.equal(parse('remove', { ids: [...ids, 5_000] }), 'ids: expected at most 1000 ids')
})

test('J5: three megabytes of environment are taken as they are', () => {
  const env = { BIG: 'x'.repeat(3 * 2 ** 20) }
  assert.deepEqual(parse('run', { ...RUN, env }), { ...RUN, env })
})

test('D3: any JSON is taken or refused with a field and a reason, never more', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.jsonValue(), (name, input) => {
      const result = jobRequestSchemas[name].safeParse(input)
      if (result.success) return
      for (const { message } of result.error.issues) assert.notEqual(message, '')
    }),
    { numRuns: rounds(500) },
  )
})

for (const name of NAMES) {
  test(`what ${name} takes can be described for machines, and a verb that takes nothing has no fields`, () => {
    const text = JSON.stringify(z.toJSONSchema(jobRequestSchemas[name], { io: 'input' }))
    assert.match(text, /"type":"object"/)
    const fields = Object.keys(jobRequestSchemas[name].shape)
    assert.equal(fields.length === 0, JOB_VERBS[name].takes === 'nothing')
  })
}

test('no two verbs have the same path', () => {
  const paths = NAMES.map((name) => JOB_VERBS[name].path)
  assert.equal(new Set(paths).size, paths.length)
})
