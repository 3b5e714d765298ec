/** Why the last try to hand it over has failed. */
export const addFollowUpProblem = `
  alter table follow_ups add column problem text;
`
