/**
 * SQL, read only as far as it surely only reads: statements that begin with `SELECT`, `SHOW`, `EXPLAIN`, `DESCRIBE`,
 * `VALUES`, and call nothing that reaches files, programs, other servers or settings.
 * Source: PostgreSQL 15, MySQL 8.0 and SQLite 3.40 manuals, lists of functions with side effects.
 */
import type { CodeUse } from './read.ts'

const READING =
  /^(?:select|show|explain(?!\s+(?:\([^)]*\banaly[sz]e\b|analy[sz]e\b))|describe|desc|values)\b/i

/** Words that write, run, load or connect wherever they stand. */
const REACHING = new RegExp(
  `\\b(?:${[
    'into',
    'copy',
    'insert|update|delete|merge|replace|drop|alter|create|truncate|grant|revoke|call|do|execute|attach|vacuum|lock',
    'pg_(?:read|write|ls|stat|terminate|cancel|reload|rotate|switch|logical|create|drop|advisory|notify|sleep)\\w*',
    'lo_\\w+|dblink\\w*|query_to_xml\\w*|database_to_xml\\w*|set_config|setval|nextval|currval',
    'load_file|load_extension|readfile|writefile|edit|fts3_tokenizer|sys_exec|sys_eval|benchmark|sleep|get_lock',
    'xp_\\w+|sp_\\w+|openrowset|opendatasource|openquery|utl_\\w+|dbms_\\w+',
  ].join('|')})\\b`,
  'i',
)

/** What SQL uses; null: it may change or reach something. */
export function readSql(code: string): readonly CodeUse[] | null {
  const bare = withoutLiterals(code)
  if (bare === null || /\\|^\s*\./m.test(bare)) return null
  const statements = bare.split(';').filter((each) => each.trim() !== '')
  const onlyReads = statements.every(
    (statement) => READING.test(statement.trim()) && !REACHING.test(statement),
  )
  return onlyReads ? [] : null
}

/** The text with quoted parts emptied; null: comments, dollar quotes, or a quote that is not closed. */
function withoutLiterals(code: string): string | null {
  if (/--|\/\*|\$\w*\$|#/.test(code)) return null
  const bare = code.replace(/'(?:[^'\\]|'')*'|"(?:[^"\\]|"")*"|`[^`\\]*`/g, "''")
  return /['"`]/.test(bare.replaceAll("''", '')) ? null : bare
}
