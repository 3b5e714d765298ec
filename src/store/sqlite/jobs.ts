import type { Kysely } from 'kysely'
import type { JobStore } from '../job-store.ts'
import {
  end,
  intend,
  type OnFinalEnd,
  type OnRetry,
  retryInPlace,
  setProgress,
} from './job-ends.ts'
import { countGroups, removeGroup, setGroup, storedGroups } from './job-groups.ts'
import { edit, pause, pauseGroup, resume, resumeGroup } from './job-holds.ts'
import { acknowledge, leavers, remove } from './job-leaving.ts'
import { begin, lookAtQueue, putBack, release, started } from './job-queue.ts'
import { activeJobs, countJobs, getAttempts, getJobs, listJobs } from './job-reads.ts'
import { ofTicket, raiseIdFloor, reserveIds, restore, returnIds, submit } from './job-submit.ts'
import type { Tables } from './tables.ts'

/** The verbs of jobs on SQLite. */
export function sqliteJobs(
  db: Kysely<Tables>,
  hooks: { readonly onFinalEnd?: OnFinalEnd; readonly onRetry?: OnRetry } = {},
): JobStore {
  return {
    reserveIds: (count) => reserveIds(db, count),
    returnIds: (first, last) => returnIds(db, first, last),
    raiseIdFloor: (id) => raiseIdFloor(db, id),
    submit: (drafts, ticket) => submit(db, drafts, ticket),
    ofTicket: (ticket) => ofTicket(db, ticket),
    get: async (id) => (await getJobs(db, [id]))[0],
    getMany: (ids) => getJobs(db, ids),
    attempts: (id) => getAttempts(db, id),
    list: (query) => listJobs(db, query),
    counts: () => countJobs(db),
    active: () => activeJobs(db),
    queue: (ask) => lookAtQueue(db, ask),
    release: (ids) => release(db, ids),
    begin: (starts) => begin(db, starts),
    started: (runs) => started(db, runs),
    putBack: (back) => putBack(db, back),
    end: (endings) => end(db, endings, hooks.onFinalEnd),
    intend: (intents) => intend(db, intents),
    setProgress: (id, progress) => setProgress(db, id, progress),
    edit: (id, change) => edit(db, id, change),
    pause: (ids, now) => pause(db, ids, now),
    resume: (ids, now) => resume(db, ids, now),
    retryInPlace: (id) => retryInPlace(db, id, hooks.onRetry),
    groups: () => storedGroups(db),
    groupCounts: () => countGroups(db),
    setGroup: (name, slots) => setGroup(db, name, slots),
    removeGroup: (name) => removeGroup(db, name),
    pauseGroup: (name, now) => pauseGroup(db, name, now),
    resumeGroup: (name, now) => resumeGroup(db, name, now),
    acknowledge: (ids, atMs) => acknowledge(db, ids, atMs),
    remove: (ids) => remove(db, ids),
    leavers: (limit) => leavers(db, limit),
    restore: (jobs, tickets = new Map()) => restore(db, jobs, tickets, hooks.onFinalEnd),
  }
}
