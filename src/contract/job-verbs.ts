import type { JobVerbName } from './jobs.ts'

interface JobVerb {
  readonly method: 'GET' | 'POST'
  readonly path: `/v1/${string}`
  readonly effect: 'read' | 'work'
  readonly takes: 'nothing' | 'input'
  readonly isLarge?: true
  readonly isLong?: true
  readonly summary: string
}

/** The verbs of jobs as they cross the socket. */
export const JOB_VERBS = {
  run: {
    method: 'POST',
    path: '/v1/run',
    effect: 'work',
    takes: 'input',
    isLarge: true,
    summary: 'Submit a job. Once this answers, the job is kept for good.',
  },
  jobs: {
    method: 'GET',
    path: '/v1/jobs',
    effect: 'read',
    takes: 'input',
    summary: 'Jobs, newest first.',
  },
  job: {
    method: 'GET',
    path: '/v1/job',
    effect: 'read',
    takes: 'input',
    summary: 'One job, with its earlier attempts.',
  },
  logs: {
    method: 'GET',
    path: '/v1/logs',
    effect: 'read',
    takes: 'input',
    summary: 'The last lines of what a job has written.',
  },
  wait: {
    method: 'GET',
    path: '/v1/wait',
    effect: 'read',
    takes: 'input',
    isLong: true,
    summary: 'Answers when all of the jobs have ended, or the time is over.',
  },
  kill: {
    method: 'POST',
    path: '/v1/kill',
    effect: 'work',
    takes: 'input',
    summary: 'End jobs and everything they started, or send them another signal.',
  },
  retry: {
    method: 'POST',
    path: '/v1/retry',
    effect: 'work',
    takes: 'input',
    summary: 'Submit a job that has ended once more, as a new one or in its own place.',
  },
  pause: {
    method: 'POST',
    path: '/v1/pause',
    effect: 'work',
    takes: 'input',
    summary: 'Stop jobs, or a group, for now. What runs keeps its slot.',
  },
  resume: {
    method: 'POST',
    path: '/v1/resume',
    effect: 'work',
    takes: 'input',
    summary: 'Let paused jobs, or a group, go on.',
  },
  edit: {
    method: 'POST',
    path: '/v1/edit',
    effect: 'work',
    takes: 'input',
    summary: 'Change a job that has not been started.',
  },
  remove: {
    method: 'POST',
    path: '/v1/remove',
    effect: 'work',
    takes: 'input',
    summary: 'Forget jobs that have ended, and their folders.',
  },
  clean: {
    method: 'POST',
    path: '/v1/clean',
    effect: 'work',
    takes: 'nothing',
    summary: 'Forget every ended job of which nobody has to be told any more.',
  },
  progress: {
    method: 'POST',
    path: '/v1/progress',
    effect: 'work',
    takes: 'input',
    summary: 'Say how far a running job is.',
  },
  groups: {
    method: 'GET',
    path: '/v1/groups',
    effect: 'read',
    takes: 'nothing',
    summary: 'The queues with their slots.',
  },
  group_set: {
    method: 'POST',
    path: '/v1/groups/set',
    effect: 'work',
    takes: 'input',
    summary: 'Make a group, or change how many of its jobs may run at once.',
  },
  group_remove: {
    method: 'POST',
    path: '/v1/groups/remove',
    effect: 'work',
    takes: 'input',
    summary: 'Forget what was set for a group of which no job waits or runs.',
  },
} as const satisfies Record<JobVerbName, JobVerb>
