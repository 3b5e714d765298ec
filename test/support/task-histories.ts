import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Task } from '../../src/domain/task.ts'
import type { TaskStore } from '../../src/store/task-store.ts'
import {
  LEASE_MS,
  type Mistake,
  type ModelDraft,
  type ModelTask,
  TaskModel,
  type Verb,
} from './task-model.ts'
import { actAs, claimAs, idRef, itemRef, NOW_MS, taskDraft } from './tasks.ts'

const MOST_ID = 5

const id = fc.integer({ min: 1, max: MOST_ID })
const who = fc.record({
  name: fc.constantFrom('ann', 'bob'),
  wrapper: fc.constantFrom(null, 'w1', 'w2'),
})
const draft: fc.Arbitrary<ModelDraft> = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  internal: fc.constantFrom(false, false, true),
  owner: fc.constantFrom(null, null, 'ann'),
  blockedBy: fc.uniqueArray(id, { maxLength: 1 }),
  after: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 1 }),
})

const batch = fc.array(draft, { minLength: 1, maxLength: 3 }).map(asBatch)

/** Any verb, on few tasks by few people, so that they meet. */
const anyVerb: fc.Arbitrary<Verb> = fc.oneof(
  { weight: 4, arbitrary: batch },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      id: fc.option(id),
      by: who,
      limit: fc.constantFrom(0, 0, 1, 2),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('done', 'release', 'cancel', 'archive', 'restore', 'drop'),
      ids: fc.uniqueArray(id, { minLength: 1, maxLength: 2 }),
      by: who,
      force: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      id,
      by: who,
      priority: fc.integer({ min: -1, max: 1 }),
      blockedBy: fc.uniqueArray(id, { maxLength: 2 }),
      unblock: fc.uniqueArray(id, { maxLength: 1 }),
      reopen: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('leave' as const),
      wrapper: fc.constantFrom('w1', 'w2'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: LEASE_MS }),
    }),
  },
)

/** There is something on the list from the first verb on. */
export const histories = fc
  .tuple(batch, fc.array(anyVerb, { minLength: 3, maxLength: 10, size: 'max' }))
  .map(([first, more]) => [first, ...more])

/** Runs a history on a list of its own, and on the model: both must tell the same of each verb, and be the same then. */
export async function liveThrough(
  store: TaskStore,
  list: string,
  verbs: readonly Verb[],
  mistake?: Mistake,
): Promise<void> {
  const model = new TaskModel(mistake)
  for (const verb of verbs) {
    const expected = model.run(verb)
    assert.equal(await perform(store, list, verb), expected, JSON.stringify(verb))
  }
  assert.deepEqual(
    await tasksIn(store, list),
    model.tasks().map((task) => shown(task, model)),
  )
  // No lease outlives its history: another list's clock is the same one.
  store.passTime(LEASE_MS)
  await store.freeExpired(NOW_MS)
}

async function perform(store: TaskStore, list: string, verb: Verb): Promise<string> {
  switch (verb.do) {
    case 'create': {
      const drafts = verb.drafts.map(({ after, blockedBy, internal, owner, priority }) =>
        taskDraft({
          priority,
          owner,
          metadata: internal ? { _internal: true } : {},
          blockedBy: [...blockedBy.map(idRef), ...after.map(itemRef)],
        }),
      )
      const outcome = await store.create({ list, drafts, by: null, session: null, nowMs: NOW_MS })
      return outcome.ok ? String(outcome.first) : 'no'
    }
    case 'claim': {
      const { by, limit } = verb
      const ask = verb.id === null ? {} : { id: verb.id }
      const outcome = await claimAs(store, by, {
        list,
        busyLimit: limit,
        leaseMs: LEASE_MS,
        ...ask,
      })
      return outcome.kind === 'ok' ? `ok ${outcome.task.id}` : outcome.kind
    }
    case 'edit': {
      const { blockedBy, by, priority, reopen, unblock } = verb
      const status = reopen ? ({ status: 'pending' } as const) : {}
      const edit = { priority, blockedBy, unblock, ...status }
      const act = { do: 'edit', edit, leaseMs: LEASE_MS, busyLimit: 0 } as const
      return wordOf(await actAs(store, by, list, [verb.id], { act }))
    }
    case 'leave':
      return idsOf(await store.freeOfWrapper(verb.wrapper, 'gone', NOW_MS))
    case 'pass':
      store.passTime(verb.ms)
      return idsOf(await store.freeExpired(NOW_MS))
    case 'drop': {
      const { by, force, ids } = verb
      return wordOf(await store.drop({ list, ids, asker: { by, force }, nowMs: NOW_MS }))
    }
    default: {
      const { by, force, ids } = verb
      return wordOf(await actAs(store, by, list, ids, { act: { do: verb.do }, force }))
    }
  }
}

/** Both kinds of what is kept from people's eyes, and what was put away. */
async function tasksIn(store: TaskStore, list: string): Promise<object[]> {
  const all = { list, limit: 100, internal: true }
  const found = [...(await store.list(all)), ...(await store.list({ ...all, archived: true }))]
  return found.toSorted((a, b) => a.id - b.id).map(facts)
}

function facts(task: Task): object {
  const {
    archivedMs,
    blockedBy,
    blocks,
    id: own,
    leaseLeftMs,
    owner,
    priority,
    status,
    unmet,
  } = task
  return {
    id: own,
    priority,
    status,
    owner: owner?.name ?? null,
    wrapper: owner?.wrapper ?? null,
    blockedBy,
    blocks,
    unmet,
    archived: archivedMs !== null,
    leased: leaseLeftMs !== null,
  }
}

function shown(task: ModelTask, model: TaskModel): object {
  const { internal: _internal, until, ...rest } = task
  const blocks = model.tasks().filter(({ blockedBy }) => blockedBy.includes(task.id))
  return {
    ...rest,
    blocks: blocks.map(({ id: other }) => other),
    unmet: model.unmet(task),
    leased: until !== null,
  }
}

function wordOf({ ok }: { readonly ok: boolean }): string {
  return ok ? 'ok' : 'no'
}

function idsOf(tasks: readonly Task[]): string {
  return tasks
    .map(({ id: own }) => own)
    .toSorted((a, b) => a - b)
    .join(',')
}

/** What comes after something else in the batch names a place that there is. */
function asBatch(drafts: readonly ModelDraft[]): Verb {
  const fitting = drafts.map((each) => ({
    ...each,
    after: each.after.filter((at) => at < drafts.length),
  }))
  return { do: 'create', drafts: fitting }
}
