import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, padded, widthOf } from '../../src/cli/fit.ts'
import { jobLine, renderJob } from '../../src/cli/render-job.ts'
import {
  commandLine,
  progressText,
  renderGroups,
  renderJobs,
  statusText,
} from '../../src/cli/render-jobs.ts'
import { JOB_STATUSES } from '../../src/domain/job.ts'
import { ESCAPE_PAYLOADS } from '../support/escape-payloads.ts'
import { jobDetailView, jobView } from '../support/job-views.ts'

const NOW = Date.parse('2026-11-20T10:00:00.000Z')
const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

const JOBS = [
  jobView({ id: 12, status: 'running', started_at: '2026-11-20T09:58:00.000Z', name: 'tests' }),
  jobView({
    id: 9,
    status: 'failed',
    exit_code: 7,
    started_at: '2026-11-20T09:00:00.000Z',
    ended_at: '2026-11-20T09:00:05.000Z',
    command: ['make', 'all it'],
  }),
  jobView({ id: 8, progress: { done: 3, total: 10, text: 'x' } }),
]

test('a table of jobs tells id, status, since when, how long, and what', () => {
  assert.deepEqual(renderJobs(JOBS, NOW, Infinity).split('\n'), [
    'ID  STATUS         SINCE  TOOK  WHAT',
    '12  running      2 m ago   2 m  tests',
    " 9  failed (7)  59 m ago   5 s  make 'all it'",
    ' 8  queued       1 h ago     -  [3/10 x] true',
    '',
  ])
})

test('a table of jobs fits the terminal, whatever its letters', () => {
  const names = ['x'.repeat(500), '日本語'.repeat(100), 'e\u0301'.repeat(300), '🙂'.repeat(90)]
  const jobs = names.map((name, id) => jobView({ id: id + 1, name }))
  for (const columns of [60, 80, 81, 120]) {
    for (const line of renderJobs(jobs, NOW, columns).split('\n')) {
      assert.ok(widthOf(line) <= columns, `${widthOf(line)} in ${columns}: ${line}`)
    }
  }
})

test('fit cuts what is too wide and marks it, and nothing else', () => {
  for (const [text, columns, cut] of [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['日本', 4, '日本'],
    ['日本語', 4, '日…'],
    ['e\u0301e\u0301', 2, 'e\u0301e\u0301'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
    ['', 0, ''],
  ] as const) {
    assert.equal(fit(text, columns), cut)
  }
  assert.equal(padded('日', 4), '日  ')
})

test('the end of a job is shown with what it gave', () => {
  assert.equal(statusText(jobView({ status: 'failed', exit_code: 200 })), 'failed (200)')
  assert.equal(
    statusText(jobView({ status: 'signalled', signal: 'SIGSEGV' })),
    'signalled (SIGSEGV)',
  )
  for (const status of JOB_STATUSES) {
    assert.match(jobLine(jobView({ status, reason: 'why' })), /^job 1 [a-z ]+: why$/, status)
  }
})

test('what a job is named, says or was started with reaches a terminal escaped', () => {
  for (const [kind, evil] of ESCAPE_PAYLOADS) {
    const job = jobDetailView({
      name: evil,
      command: ['sh', evil],
      session: evil,
      group: evil,
      cwd: evil,
      signal: evil,
      status: 'signalled',
      reason: evil,
      folder: evil,
      progress: { done: null, total: null, text: evil },
    })
    const group = { name: evil, slots: 1, paused: true, running: 0, queued: 0 }
    const texts = [
      renderJobs([job, { ...job, name: null }], NOW, 100),
      renderJob(job, NOW),
      jobLine(job),
      renderGroups([group]),
    ]
    for (const text of texts) assert.doesNotMatch(text, HARMFUL, kind)
  }
})

test('a name with a line end in it takes one line', () => {
  const job = jobView({ name: 'one\ntwo', command: ['a\nb'] })
  assert.equal(renderJobs([job], NOW, 200).split('\n').length, 3)
})

test('a command is shown as it could be typed again', () => {
  assert.equal(
    commandLine(['a b', '', "it's", '--x=1', '$HOME']),
    `'a b' '' 'it'\\''s' --x=1 '$HOME'`,
  )
})

test('progress tells what is known of it', () => {
  assert.equal(progressText({ done: 3, total: 10, text: 'compiling' }), '3/10 compiling')
  assert.equal(progressText({ done: 3, total: null, text: null }), '3')
  assert.equal(progressText({ done: null, total: null, text: 'x' }), 'x')
})

test('one job is shown with its history and its costs', () => {
  const text = renderJob(
    jobDetailView({
      id: 7,
      status: 'succeeded',
      reason: 'exit code 0',
      attempt: 2,
      retries: 3,
      started_at: '2026-11-20T09:00:00.000Z',
      ended_at: '2026-11-20T09:01:00.000Z',
      cpu_seconds: 1.5,
      peak_memory_bytes: 10_485_760,
      measured_by: 'sampled',
      attempts: [
        {
          ...jobView(),
          attempt: 1,
          status: 'failed',
          ended_at: '2026-11-20T08:59:00.000Z',
          reason: 'exit code 3',
        },
      ],
    }),
    NOW,
  )
  assert.match(text, /^job 7 succeeded: exit code 0$/m)
  assert.match(text, /^ {2}ended +2026-11-20T09:01:00\.000Z, after 1 m$/m)
  assert.match(text, /^ {2}cost +1\.50 s of CPU, 10\.0 MiB at most \(sampled\)$/m)
  assert.match(text, /^ {2}- 1 +failed at 2026-11-20T08:59:00\.000Z: exit code 3$/m)
})

test('groups tell their slots and whether they are paused', () => {
  const [gpu, rest] = renderGroups([
    { name: 'gpu', slots: 2, paused: true, running: 1, queued: 3 },
    { name: 'default', slots: null, paused: false, running: 0, queued: 0 },
  ]).split('\n')
  assert.match(gpu ?? '', /^gpu +2 at once, 1 running, 3 queued, paused$/)
  assert.match(rest ?? '', /^default +any number, 0 running, 0 queued$/)
})
