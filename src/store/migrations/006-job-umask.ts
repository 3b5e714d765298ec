/** What was submitted before runs as it would have. */
export const addJobUmask = `
  alter table jobs add column umask integer not null default ${0o022};
`
