/** A board in the simplest way there is: what the store must come to as well. */
export interface ModelTask {
  readonly id: number
  readonly priority: number
  readonly internal: boolean
  readonly status: 'pending' | 'in_progress' | 'completed' | 'cancelled'
  readonly owner: string | null
  readonly wrapper: string | null
  readonly blockedBy: readonly number[]
  readonly archived: boolean
  readonly until: number | null
}

export interface Who {
  readonly name: string
  readonly wrapper: string | null
}

export type Verb =
  | { readonly do: 'create'; readonly drafts: readonly ModelDraft[] }
  | { readonly do: 'claim'; readonly id: number | null; readonly by: Who; readonly limit: number }
  | {
      readonly do: 'done' | 'release' | 'cancel' | 'archive' | 'restore' | 'drop'
      readonly ids: readonly number[]
      readonly by: Who
      readonly force: boolean
    }
  | {
      readonly do: 'edit'
      readonly id: number
      readonly by: Who
      readonly priority: number
      readonly blockedBy: readonly number[]
      readonly unblock: readonly number[]
      readonly reopen: boolean
    }
  | { readonly do: 'leave'; readonly wrapper: string }
  | { readonly do: 'pass'; readonly ms: number }

export interface ModelDraft {
  readonly priority: number
  readonly internal: boolean
  readonly owner: string | null
  readonly blockedBy: readonly number[]
  /** Places in the batch. */
  readonly after: readonly number[]
}

/** Mistakes that a store could make, to show that the comparison finds them. */
export const MISTAKES = [
  'blocked done',
  'id again',
  'edge left',
  'half done',
  'namesake',
  'age first',
] as const

export type Mistake = (typeof MISTAKES)[number]

export const LEASE_MS = 1_000

export class TaskModel {
  #tasks = new Map<number, ModelTask>()
  #floor = 0
  #clock = 0
  readonly #mistake: Mistake | undefined

  constructor(mistake?: Mistake) {
    this.#mistake = mistake
  }

  tasks(): ModelTask[] {
    return [...this.#tasks.values()].toSorted((a, b) => a.id - b.id)
  }

  unmet({ blockedBy }: ModelTask): number {
    return blockedBy.filter((id) => isOpen(this.#tasks.get(id))).length
  }

  /** What came of it, in a word. */
  run(verb: Verb): string {
    const before = new Map(this.#tasks)
    const outcome = this.#try(verb)
    if (outcome === 'no' && this.#mistake !== 'half done') this.#tasks = before
    return outcome
  }

  #try(verb: Verb): string {
    switch (verb.do) {
      case 'create':
        return this.#create(verb.drafts)
      case 'claim':
        return this.#claim(verb)
      case 'edit':
        return this.#edit(verb)
      case 'leave':
        return this.#free((task) => task.wrapper === verb.wrapper)
      case 'pass':
        this.#clock += verb.ms
        return this.#free(({ until }) => until !== null && until <= this.#clock)
      default:
        return verb.ids.every((id) => this.#act(id, verb)) ? 'ok' : 'no'
    }
  }

  #create(drafts: readonly ModelDraft[]): string {
    const first = this.#floor + 1
    const known = new Set(this.#tasks.keys())
    for (const [at, { after, blockedBy, internal, owner, priority }] of drafts.entries()) {
      if (blockedBy.some((id) => !known.has(id))) return 'no'
      const id = first + at
      const all = new Set([...blockedBy, ...after.map((place) => first + place)])
      const none = { archived: false, until: null, wrapper: null }
      this.#tasks.set(id, {
        id,
        priority,
        internal,
        owner,
        ...none,
        status: 'pending',
        blockedBy: sorted(all),
      })
    }
    if (this.#hasRing()) return 'no'
    this.#floor += drafts.length
    return `${first}`
  }

  #claim({ by, id, limit }: Extract<Verb, { do: 'claim' }>): string {
    const held = this.tasks().filter((task) => task.status === 'in_progress' && isOf(task, by))
    const isBusy = limit > 0 && held.length >= limit
    const task = id === null ? this.#next(by) : this.#tasks.get(id)
    if (id === null && isBusy) return 'busy'
    if (task === undefined) {
      const waits = this.tasks().some(
        (each) => isShown(each) && each.status === 'pending' && this.unmet(each) > 0,
      )
      return id === null && waits ? 'blocked' : 'not_found'
    }
    if (task.archived) return 'not_found'
    if (!isOpen(task)) return 'already_completed'
    if (task.status === 'pending') {
      if (task.owner !== null && task.owner !== by.name) return 'already_owned'
      if (this.unmet(task) > 0) return 'blocked'
      if (isBusy) return 'busy'
    } else if (!isOf(task, by)) return 'already_owned'
    const until = this.#clock + LEASE_MS
    this.#tasks.set(task.id, {
      ...task,
      status: 'in_progress',
      owner: by.name,
      wrapper: by.wrapper,
      until,
    })
    return `ok ${task.id}`
  }

  #next(by: Who): ModelTask | undefined {
    return this.tasks()
      .filter((task) => isShown(task) && task.status === 'pending' && this.unmet(task) === 0)
      .filter(({ owner }) => owner === null || owner === by.name)
      .toSorted(
        (a, b) => (this.#mistake === 'age first' ? 0 : b.priority - a.priority) || a.id - b.id,
      )[0]
  }

  /** False where it is refused. */
  #act(id: number, { by, do: word, force }: Extract<Verb, { ids: unknown }>): boolean {
    const task = this.#tasks.get(id)
    if (task === undefined) return false
    const { archived, owner, status } = task
    const isTheirs = force || this.#owns(task, by)
    const set = (change: Partial<ModelTask>): boolean => {
      this.#tasks.set(id, { ...task, ...change })
      return true
    }
    if (word === 'drop') return (status !== 'in_progress' || isTheirs) && this.#drop(id)
    if (word === 'archive') return archived || (status !== 'in_progress' && set({ archived: true }))
    if (word === 'restore') return set({ archived: false })
    if (archived) return false
    if (word === 'done') {
      if (status === 'completed') return true
      const isFree = this.unmet(task) === 0 || this.#mistake === 'blocked done'
      return (
        status !== 'cancelled' && isTheirs && isFree && set({ status: 'completed', until: null })
      )
    }
    if (word === 'cancel') {
      if (status === 'cancelled') return true
      return (
        status !== 'completed' &&
        (owner === null || isTheirs) &&
        set({ status: 'cancelled', until: null })
      )
    }
    return this.#release(task, isTheirs)
  }

  #release(task: ModelTask, isTheirs: boolean): boolean {
    if (!isOpen(task)) return false
    if (task.status === 'pending' && task.owner === null) return true
    if (isTheirs) this.#tasks.set(task.id, { ...task, ...FREE })
    return isTheirs
  }

  #edit({ blockedBy, by, id, priority, reopen, unblock }: Extract<Verb, { do: 'edit' }>): string {
    const task = this.#tasks.get(id)
    if (task === undefined || task.archived) return 'no'
    const all = new Set([...task.blockedBy, ...blockedBy])
    for (const other of unblock) all.delete(other)
    if ([...all].some((other) => !this.#tasks.has(other))) return 'no'
    this.#tasks.set(id, { ...task, priority, blockedBy: sorted(all) })
    if (this.#hasRing()) return 'no'
    if (!reopen || task.status === 'pending') return 'ok'
    if (task.status === 'in_progress' && !this.#owns(task, by)) return 'no'
    this.#tasks.set(id, { ...task, priority, blockedBy: sorted(all), ...FREE })
    return 'ok'
  }

  #drop(id: number): boolean {
    this.#tasks.delete(id)
    if (this.#mistake === 'id again') this.#floor = Math.max(0, ...this.#tasks.keys())
    if (this.#mistake === 'edge left') return true
    for (const task of this.tasks()) {
      this.#tasks.set(task.id, {
        ...task,
        blockedBy: task.blockedBy.filter((other) => other !== id),
      })
    }
    return true
  }

  #free(isFreed: (task: ModelTask) => boolean): string {
    const freed = this.tasks().filter((task) => task.status === 'in_progress' && isFreed(task))
    for (const task of freed) this.#tasks.set(task.id, { ...task, ...FREE })
    return freed.map(({ id }) => id).join(',')
  }

  #owns(task: ModelTask, by: Who): boolean {
    if (task.status === 'pending' || this.#mistake === 'namesake') return task.owner === by.name
    return isOf(task, by)
  }

  #hasRing(): boolean {
    const done = new Set<number>()
    const reaches = (id: number, path: ReadonlySet<number>): boolean => {
      if (path.has(id)) return true
      if (done.has(id)) return false
      const further = new Set([...path, id])
      if ((this.#tasks.get(id)?.blockedBy ?? []).some((other) => reaches(other, further)))
        return true
      done.add(id)
      return false
    }
    return [...this.#tasks.keys()].some((id) => reaches(id, new Set()))
  }
}

const FREE = { status: 'pending', owner: null, wrapper: null, until: null } as const

function isOf({ owner, wrapper }: ModelTask, by: Who): boolean {
  return owner === by.name && wrapper === by.wrapper
}

function isShown({ archived, internal }: ModelTask): boolean {
  return !archived && !internal
}

function isOpen(task: ModelTask | undefined): boolean {
  return (
    task !== undefined &&
    !task.archived &&
    (task.status === 'pending' || task.status === 'in_progress')
  )
}

function sorted(ids: Iterable<number>): number[] {
  return [...ids].toSorted((a, b) => a - b)
}
