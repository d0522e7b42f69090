/**
 * Bounds of running, with their unit in the name and the reason beside it.
 */

/** Between TERM and KILL: time to remove lock files, not to finish the work. */
export const KILL_GRACE_MS = 2000
/** After the command ended, how long output pipes held by others may stay silent before they are let go. */
export const DRAIN_QUIET_MS = 250
/** What a backend or prelude may say on its report descriptors. */
export const REPORT_BYTES_MAX = 16 * 1024
/** Descriptors above this are not looked for when the leaked ones are covered. */
export const DESCRIPTORS_MAX = 65_536
