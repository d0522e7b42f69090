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
/** Path patterns of one action that are expanded for a sandbox; more is said to be incomplete. */
export const PATTERNS_MAX = 20_000
/** Paths that those patterns may give. */
export const EXPANDED_PATHS_MAX = 4096
/** Directory entries looked at for one run: a large working copy, a tenth of a second. */
export const WALKED_ENTRIES_MAX = 30_000
/** How deep `**` patterns are looked for below the home directory, which is no workspace. */
export const HOME_DEPTH_MAX = 2
/** Bytes of analysed facts that one record keeps. */
export const RECORDED_FACTS_BYTES_MAX = 512 * 1024
