/**
 * Every bound of oa, with its unit in the name and the reason beside it.
 */

/** A policy is written by people; a larger file is a mistake or an attack. */
export const POLICY_BYTES_MAX = 4 * 1024 * 1024
/** Braces and conditions nested deeper than this are refused before recursion can hurt. */
export const POLICY_NESTING_MAX = 64
/** All files of one policy with its imports. */
export const IMPORT_FILES_MAX = 256
/** Rules after brace and set expansion, over all files; more take minutes and gigabytes to compile. */
export const RULES_MAX = 250_000
/** Alternatives that one pattern may expand to. */
export const ALTERNATIVES_MAX = 16_384
/** Diagnostics shown in one run; the rest is counted. */
export const DIAGNOSTICS_MAX = 100
/** The parser is quadratic on some inputs; at this size the worst takes 0.1 s. */
export const LINE_BYTES_MAX = 16 * 1024
/** Brackets, quotes and keywords open at once in a command line. */
export const LINE_NESTING_MAX = 64
/** Simple commands in one line, code in code included. */
export const LINE_COMMANDS_MAX = 512
/** Code inside code: `bash -c`, `eval`, wrappers, substitutions. */
export const DELEGATION_DEPTH_MAX = 16
/** Words that one brace expansion may give. */
export const BRACE_WORDS_MAX = 4096
/** Bytes of a file whose scripts are looked up: hand-written ones have far fewer. */
export const SCRIPT_BYTES_MAX = 256 * 1024
/** Scripts and make targets that one request follows. */
export const SCRIPT_TARGETS_MAX = 64
/** Words of one simple command after expansion. */
export const ARGV_WORDS_MAX = 8192
/** Directory entries that the world lists for one glob or tree. */
export const LISTING_ENTRIES_MAX = 4096
/** Files that `find -exec` surely means by their names; with more, any may be meant. */
export const FOUND_FILES_MAX = 256
/** Characters of a path that is matched; longer is unknown. */
export const PATH_CHARS_MAX = 4096
/** Characters of one text that a line builds, by variables or by what programs print; longer is unknown. */
export const TEXT_CHARS_MAX = 64 * 1024
/** Distinct values a variable is followed through before it counts as unknown. */
export const VALUES_MAX = 32
/** Milliseconds that a writer waits for the audit lock; a holder needs well under one. */
export const AUDIT_LOCK_MS_MAX = 10_000
/** Bytes of one audit line; a longer entry is refused, a longer line in a log is a finding. */
export const AUDIT_LINE_BYTES_MAX = 4 * 1024 * 1024
/** Bytes after which a new audit segment is begun: one is read at once when it is sealed. */
export const AUDIT_SEGMENT_BYTES = 16 * 1024 * 1024
/** Age after which a new audit segment is begun: whole segments are what can be pruned. */
export const AUDIT_SEGMENT_DAYS = 30
/** Bytes kept aside so that a full disk leaves room for a last record. */
export const AUDIT_RESERVE_BYTES = 1024 * 1024
/** Entries that one commit takes from the queue; more wait for the next. */
export const AUDIT_COMMIT_ENTRIES_MAX = 1024
/** Records between two signed checkpoints of a process that stays. */
export const AUDIT_CHECKPOINT_RECORDS = 1000
/** Requests that one agent or session may make in an hour where no policy says it: five a second. */
export const AUDIT_QUOTA_PER_HOUR = 20_000
/** Agents and sessions counted apart in one hour; more share one count. */
export const AUDIT_QUOTA_NAMES_MAX = 4096
/** Milliseconds after which the next record is signed, however few there are. */
export const AUDIT_CHECKPOINT_MS = 3_600_000
/** Unsigned records of a process that ends by signing; one command leaves two. */
export const AUDIT_CLOSING_RECORDS = 100
/** Findings of one verification; the rest is counted. */
export const AUDIT_FINDINGS_MAX = 100
/** Facts that one condition may join; a longer list is written `FACT in { … }`. */
export const CONDITION_FACTS_MAX = 256
/** Actions of one request. */
export const ACTIONS_MAX = 4096
/** Code of a general language in one word. */
export const CODE_BYTES_MAX = 16 * 1024
/** Expressions inside expressions of such code. */
export const CODE_TREE_DEPTH_MAX = 128
/** Code inside such code: `exec('exec(…)')`. */
export const CODE_NESTING_MAX = 4
/** Times such code is read anew until its values grow no more. */
export const CODE_READINGS_MAX = 24
/** Expressions looked at in all readings together. */
export const CODE_STEPS_MAX = 200_000
/** States of one regular expression: before it is made deterministic, and of the smallest one after. */
export const REGEX_STEPS_MAX = 4096
/** States while it is made deterministic, before equal ones are joined. */
export const REGEX_DETERMINISTIC_STATES_MAX = 8192
/** Faults of a YAML policy's shape that are collected before the rest is left unread. */
export const SHAPE_ERRORS_MAX = 2000
/** Sets of states that one question about a policy walks through for one kind of resource; more is `unknown`. */
export const ANALYSIS_STATES_MAX = 20_000
/** Classes of commands of one program that a question looks at; more is `unknown`. */
export const ANALYSIS_COMMANDS_MAX = 2048
/** Requests that one question decides; more is `unknown`. */
export const ANALYSIS_REQUESTS_MAX = 50_000
