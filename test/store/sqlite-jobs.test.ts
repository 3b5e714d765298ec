import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { isEnded } from '../../src/domain/job.ts'
import { type Cleaning, onEnd } from '../support/cleaning.ts'
import { awake, beginning, draft, ending, FAILED } from '../support/jobs.ts'
import { openTempJobs } from '../support/open-temp-jobs.ts'
import { programPath, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { describeJobAsks } from './job-ask-contract.ts'
import { describeJobs, idsOf, type JobEngine, run, submit } from './job-contract.ts'
import { describeJobQueues } from './job-queue-contract.ts'

const WRITERS = 8
const EACH = 12

const engine: JobEngine = {
  name: 'sqlite',
  open: (t) => {
    const path = join(tempDir(t), 'curfew.db')
    const { jobs, database } = openTempJobs(t, { path })
    return {
      jobs,
      reopen: () => {
        database.close()
        return openTempJobs(t, { path }).jobs
      },
    }
  },
}

describeJobs(engine)
describeJobAsks(engine)
describeJobQueues(engine)

test('J4: eight processes submit at once: none is lost, each has an id of its own, none meets a lock error', async (t) => {
  const { jobs, path } = openTempJobs(t)
  const script = programPath('job-submitter.ts')
  const writers = Array.from({ length: WRITERS }, (_, n) =>
    startProgram(t, script, [path, `w${n}`, String(EACH)]),
  )
  for (const writer of writers) assert.equal(await writer.nextLine(), 'ready')
  for (const writer of writers) writer.send('go')
  const told = await Promise.all(writers.map(async (writer) => JSON.parse(await writer.nextLine())))
  for (const { errors } of told) assert.deepEqual(errors, [])
  const ids: number[] = told.flatMap((each) => each.ids)
  const all = Array.from({ length: WRITERS * EACH }, (_, index) => index + 1)
  assert.deepEqual(
    ids.toSorted((a, b) => a - b),
    all,
  )
  assert.deepEqual((await idsOf(jobs)).toReversed(), all)
  const names = new Set((await jobs.list({ limit: 1_000 })).map(({ spec }) => spec.name))
  assert.equal(names.size, WRITERS * EACH)
  assert.equal(await jobs.reserveIds(1), WRITERS * EACH + 1)
})

test('F1: what a session is owed is kept together with the outcome, or neither is', async (t) => {
  const owed: string[] = []
  let fails = false
  const { jobs } = openTempJobs(t, {
    onFinalEnd: async (transaction, ended) => {
      const [first] = ended
      const body = JSON.stringify(ended.map(({ id, status }) => [id, status]))
      await transaction
        .insertInto('notes')
        .values({ name: `owed ${first?.id}`, value: body })
        .execute()
      if (fails) throw new Error('no room')
      owed.push(body)
    },
  })
  await submit(jobs, { session: 's' }, { retries: 1 }, {})
  await jobs.begin([1, 2, 3].map((id) => beginning(id)))
  fails = true
  await assert.rejects(jobs.end([ending(1)]), /no room/)
  assert.equal((await jobs.get(1))?.status, 'running')
  fails = false
  const again = { kind: 'until', atMs: 0 } as const
  await jobs.end([ending(1), ending(2, { end: FAILED, again }), ending(3, { end: FAILED })])
  await jobs.end([ending(1)])
  assert.deepEqual(owed, ['[[1,"succeeded"],[3,"failed"]]'])
})

test('J10: a damaged record hides no other, and what can be read of it is told', async (t) => {
  const { jobs, database } = openTempJobs(t)
  await submit(jobs, {}, {}, {}, {}, {})
  await jobs.begin([1, 2, 3].map((id) => beginning(id)))
  await jobs.end([ending(3)])
  database.raw.exec(`
    update jobs set run = '{"phase":' where id = 1;
    update jobs set run = '{"phase":"started"}', intent = 'x' where id = 2;
    update jobs set status = 'gone mad' where id = 3;
    update jobs set command = '{"a":1}', after_ids = 'null', wait = '[[', due_ms = 5 where id = 4;
  `)
  const list = await jobs.list({ limit: 10 })
  assert.deepEqual(
    list.map(({ id, status }) => [id, status]),
    [
      [5, 'queued'],
      [4, 'queued'],
      [3, 'lost'],
      [2, 'running'],
      [1, 'running'],
    ],
  )
  assert.deepEqual(
    (await jobs.active()).map(({ run: { phase } }) => phase),
    ['starting', 'starting'],
  )
  assert.match(list.filter(isEnded)[0]?.end.reason ?? '', /damaged.*gone mad/)
  assert.deepEqual(list[1]?.spec.command, [])
  await jobs.queue({ groups: new Map(), most: 5 })
  assert.equal((await jobs.end([ending(1), ending(2)])).length, 2)
})

test('J5: no verb writes the environment: a store has no column for it', (t) => {
  const { database } = openTempJobs(t)
  const columns = database.raw.prepare("select name from pragma_table_info('jobs')").all()
  assert.deepEqual(
    columns.filter(({ name }) => /env/.test(String(name))),
    [],
  )
})

test('J4: verbs called all at once each do all or nothing, and none hinders another', async (t) => {
  const { jobs } = openTempJobs(t)
  const submitted = Array.from({ length: 40 }, async () => {
    const id = await jobs.reserveIds(1)
    await jobs.submit([draft(id, { session: 's' })])
    await run(jobs, id)
    return id
  })
  const looks = Array.from({ length: 20 }, () => jobs.queue({ groups: new Map(), most: 5 }))
  const pauses = Array.from({ length: 20 }, () => jobs.pauseGroup('other', awake(0)))
  const ids = await Promise.all(submitted)
  await Promise.all([...looks, ...pauses])
  assert.equal(new Set(ids).size, 40)
  assert.deepEqual([...(await jobs.counts())], [['succeeded', 40]])
})

const FLAT: readonly [what: string, sql: string, plan: RegExp][] = [
  ['a list', 'order by id desc limit 100', /^SCAN jobs$/],
  ['a page', 'where id < 5 order by id desc limit 100', /USING INTEGER PRIMARY KEY/],
  ['by status', "where status = 'failed' and id < 5 order by id desc limit 100", /jobs_status /],
  ['by session', "where session = 's' and id < 5 order by id desc limit 100", /jobs_session /],
  ['by group', "where grp = 'g' and id < 5 order by id desc limit 100", /jobs_group /],
  [
    'by session and status',
    "where session = 's' and status = 'failed' and id < 5 order by id desc limit 100",
    /jobs_session_status /,
  ],
  [
    'by group and status',
    "where grp = 'g' and status = 'failed' and id < 5 order by id desc limit 100",
    /jobs_group_status /,
  ],
  ['by session and group', "where session = 's' and +grp = 'g' order by id desc", /jobs_session /],
  ['what is active', "where lane = 'active'", /jobs_lane /],
  [
    'what may leave',
    'where acknowledged_ms is not null order by acknowledged_ms, id limit 9',
    /jobs_ack/,
  ],
  [
    'what is ready',
    "where lane = 'ready' and grp = 'g' order by priority desc, id limit 9",
    /jobs_lane \(lane=\? AND grp=\?\)/,
  ],
  [
    'what is timed',
    "where due_ms is not null and +lane = 'timed' order by due_ms, id limit 9",
    /jobs_due/,
  ],
]

for (const [what, sql, plan] of FLAT) {
  test(`${what} is found by an index that gives it in order, so that its cost does not grow with history`, (t) => {
    const { database } = openTempJobs(t)
    const steps = explain(database.raw, `select * from jobs ${sql}`)
    assert.match(steps[0] ?? '', plan)
    assert.deepEqual(
      steps.filter((step) => /TEMP B-TREE/.test(step)),
      [],
    )
  })
}

test('every statement of the queue and of an end goes by an index', async (t) => {
  const { jobs, database } = openTempJobs(t)
  const statements = listen(t, database)
  await submit(jobs, {}, { after: [1] }, { session: 's' })
  await jobs.queue({ groups: new Map(), most: 9 })
  await run(jobs, 1)
  await jobs.release([{ id: 2, wait: null }])
  await jobs.started([])
  await jobs.intend([])
  await jobs.active()
  await jobs.acknowledge([1], 5)
  await jobs.remove([1])
  const scans = statements().flatMap((sql) =>
    explain(database.raw, sql)
      .filter((step) =>
        /^SCAN (?!json_each|waiting|doomed|job_counts|job_ids|CONSTANT|\(|\d)/.test(step),
      )
      .map((step) => `${step}: ${sql}`),
  )
  assert.deepEqual(scans, [])
})

function explain(raw: ReturnType<typeof openTempJobs>['database']['raw'], sql: string): string[] {
  const statement = raw.prepare(`explain query plan ${sql}`)
  const parameters = Array.from(sql.matchAll(/\?/g), () => null)
  return statement.all(...parameters).map(({ detail }) => String(detail))
}

/** The statements that are prepared from now on. */
function listen(
  t: Cleaning,
  database: ReturnType<typeof openTempJobs>['database'],
): () => string[] {
  const { raw } = database
  const prepare = raw.prepare.bind(raw)
  const seen = new Set<string>()
  raw.prepare = (sql: string) => {
    if (/^\s*(?:with|select|update|delete|insert)/i.test(sql)) seen.add(sql)
    return prepare(sql)
  }
  onEnd(t, () => seen.clear())
  return () => [...seen]
}
