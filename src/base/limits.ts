/**
 * Every bound of oa, with its unit in the name and the reason beside it.
 */

/** A policy is written by people; a larger file is a mistake or an attack. */
export const POLICY_BYTES_MAX = 4 * 1024 * 1024
/** Braces and conditions nested deeper than this are refused before recursion can hurt. */
export const POLICY_NESTING_MAX = 64
/** All files of one policy with its imports. */
export const IMPORT_FILES_MAX = 256
/** Rules after brace and set expansion, over all files. */
export const RULES_MAX = 1_000_000
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
/** Words of one simple command after expansion. */
export const ARGV_WORDS_MAX = 8192
/** Directory entries that the world lists for one glob or tree. */
export const LISTING_ENTRIES_MAX = 4096
/** Characters of a path that is matched; longer is unknown. */
export const PATH_CHARS_MAX = 4096
/** Distinct values a variable is followed through before it counts as unknown. */
export const VALUES_MAX = 32
