/**
 * The grammar, rule by rule, in the order of `oa.ebnf`. No actions: the tree is built in `src/syntax/build-*.ts`.
 *
 * Error recovery is not chevrotain's: the lexer knows where statements end, so each statement is parsed by itself
 * and a broken one is reported once and left out. `policyFile` is the whole for readers, the EBNF and the tests.
 */
import { CstParser } from 'chevrotain'
import { EXPECTED_NAMES } from './expected-names.ts'
import {
  ActionWord,
  AnyWord,
  BlockName,
  BlockOpen,
  BraceClose,
  Comma,
  DecisionWord,
  End,
  GroupOpen,
  Integer,
  isToken,
  keywordToken,
  LevelWord,
  ModeWord,
  ParenClose,
  ParenOpen,
  PatternWord,
  Pipe,
  Quoted,
  Regex,
  Separator,
  SetName,
  TOKENS,
  ValueWord,
} from './tokens.ts'

const word = keywordToken

/** The parser. One instance serves the whole process; `input` is set for each statement. */
export class PolicyParser extends CstParser {
  constructor(options: { skipValidations?: boolean } = {}) {
    super(TOKENS, {
      maxLookahead: 2,
      recoveryEnabled: false,
      nodeLocationTracking: 'onlyOffset',
      errorMessageProvider: EXPECTED_NAMES,
      skipValidations: options.skipValidations ?? false,
    })
    this.performSelfAnalysis()
  }

  readonly policyFile = this.RULE('policyFile', () => {
    this.MANY(() => {
      this.SUBRULE(this.statement)
      this.CONSUME(End)
    })
  })

  readonly statement = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.policyStatement) },
      { ALT: () => this.SUBRULE(this.languageStatement) },
      { ALT: () => this.SUBRULE(this.importStatement) },
      { ALT: () => this.SUBRULE(this.modeStatement) },
      { ALT: () => this.SUBRULE(this.letStatement) },
      { ALT: () => this.SUBRULE(this.defaultStatement) },
      { ALT: () => this.SUBRULE(this.onStatement) },
      { ALT: () => this.SUBRULE(this.overrideStatement) },
      { ALT: () => this.SUBRULE(this.ruleStatement) },
      { ALT: () => this.SUBRULE(this.blockStatement) },
      { ALT: () => this.SUBRULE(this.testStatement) },
      { ALT: () => this.SUBRULE(this.neverStatement) },
    ])
  })

  readonly policyStatement = this.RULE('policyStatement', () => {
    this.CONSUME(word('policy'))
    this.CONSUME(Quoted)
  })

  readonly languageStatement = this.RULE('languageStatement', () => {
    this.CONSUME(word('language'))
    this.CONSUME(Integer)
  })

  readonly importStatement = this.RULE('importStatement', () => {
    this.CONSUME(word('import'))
    this.OR([{ ALT: () => this.CONSUME(ValueWord) }, { ALT: () => this.CONSUME(Quoted) }])
  })

  readonly modeStatement = this.RULE('modeStatement', () => {
    this.CONSUME(word('mode'))
    this.CONSUME(ModeWord)
  })

  readonly letStatement = this.RULE('letStatement', () => {
    this.CONSUME(word('let'))
    this.CONSUME(ValueWord)
    this.CONSUME(word('='))
    this.SUBRULE(this.groupWord)
  })

  readonly defaultStatement = this.RULE('defaultStatement', () => {
    this.CONSUME(word('default'))
    this.OPTION(() => this.CONSUME(ActionWord))
    this.CONSUME(DecisionWord)
  })

  readonly onStatement = this.RULE('onStatement', () => {
    this.CONSUME(word('on'))
    this.CONSUME(LevelWord)
    this.CONSUME(DecisionWord)
  })

  readonly overrideStatement = this.RULE('overrideStatement', () => {
    this.CONSUME(word('override'))
    this.OR([
      { ALT: () => this.CONSUME(word('off')) },
      {
        ALT: () => {
          this.CONSUME(word('by'))
          this.OR2([{ ALT: () => this.CONSUME(ValueWord) }, { ALT: () => this.CONSUME(Quoted) }])
        },
      },
    ])
  })

  readonly ruleStatement = this.RULE('ruleStatement', () => {
    this.OR([
      { ALT: () => this.CONSUME(DecisionWord) },
      {
        ALT: () => {
          this.CONSUME(word('risk'))
          this.CONSUME(LevelWord)
        },
      },
    ])
    this.SUBRULE(this.ruleHead)
    this.MANY(() => this.SUBRULE(this.clause))
  })

  readonly ruleHead = this.RULE('ruleHead', () => {
    this.OPTION(() => this.SUBRULE(this.actionList))
    this.OPTION2(() => {
      this.SUBRULE(this.pattern)
      this.MANY(() => {
        this.CONSUME(Comma)
        this.SUBRULE2(this.pattern)
      })
    })
  })

  readonly actionList = this.RULE('actionList', () => {
    this.CONSUME(ActionWord)
    this.MANY({
      GATE: () => isToken(this.LA(2), ActionWord),
      DEF: () => {
        this.CONSUME(Comma)
        this.CONSUME2(ActionWord)
      },
    })
  })

  readonly pattern = this.RULE('pattern', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word('text'))
          this.CONSUME(Regex)
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.stage)
          this.MANY(() => {
            this.CONSUME(Pipe)
            this.SUBRULE2(this.stage)
          })
        },
      },
    ])
  })

  readonly stage = this.RULE('stage', () => {
    this.AT_LEAST_ONE(() => this.SUBRULE(this.patternWord))
    this.OPTION(() => this.CONSUME(word('only')))
  })

  readonly patternWord = this.RULE('patternWord', () => {
    this.OR([
      { ALT: () => this.CONSUME(PatternWord) },
      { ALT: () => this.CONSUME(Quoted) },
      { ALT: () => this.CONSUME(SetName) },
      { ALT: () => this.SUBRULE(this.groupWord) },
    ])
  })

  readonly groupWord = this.RULE('groupWord', () => {
    this.CONSUME(GroupOpen)
    this.SUBRULE(this.groupMember)
    this.MANY(() => {
      this.CONSUME(Comma)
      this.SUBRULE2(this.groupMember)
    })
    this.OPTION(() => this.CONSUME2(Comma))
    this.CONSUME(BraceClose)
  })

  readonly groupMember = this.RULE('groupMember', () => {
    this.AT_LEAST_ONE(() => this.SUBRULE(this.patternWord))
  })

  readonly clause = this.RULE('clause', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.exceptClause) },
      { ALT: () => this.SUBRULE(this.whenClause) },
      { ALT: () => this.SUBRULE(this.becauseClause) },
      { ALT: () => this.SUBRULE(this.insteadClause) },
      { ALT: () => this.SUBRULE(this.withClause) },
    ])
  })

  readonly exceptClause = this.RULE('exceptClause', () => {
    this.CONSUME(word('except'))
    this.SUBRULE(this.exceptList)
  })

  readonly exceptList = this.RULE('exceptList', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.exceptItem) })
  })

  readonly exceptItem = this.RULE('exceptItem', () => {
    this.OPTION(() => this.SUBRULE(this.actionList))
    this.SUBRULE(this.pattern)
  })

  readonly whenClause = this.RULE('whenClause', () => {
    this.CONSUME(word('when'))
    this.SUBRULE(this.condition)
  })

  readonly becauseClause = this.RULE('becauseClause', () => {
    this.CONSUME(word('because'))
    this.CONSUME(Quoted)
  })

  readonly insteadClause = this.RULE('insteadClause', () => {
    this.CONSUME(word('instead'))
    this.CONSUME(Quoted)
  })

  readonly withClause = this.RULE('withClause', () => {
    this.CONSUME(word('with'))
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.obligation) })
  })

  readonly obligation = this.RULE('obligation', () => {
    this.CONSUME(BlockName)
    this.OR([
      { ALT: () => this.SUBRULE(this.blockBody) },
      { ALT: () => this.SUBRULE(this.obligationLine) },
    ])
  })

  readonly obligationLine = this.RULE('obligationLine', () => {
    this.CONSUME(PatternWord)
    this.MANY(() => this.SUBRULE(this.patternWord))
  })

  readonly condition = this.RULE('condition', () => {
    this.SUBRULE(this.conjunction)
    this.MANY(() => {
      this.CONSUME(word('or'))
      this.SUBRULE2(this.conjunction)
    })
  })

  readonly conjunction = this.RULE('conjunction', () => {
    this.SUBRULE(this.negation)
    this.MANY(() => {
      this.CONSUME(word('and'))
      this.SUBRULE2(this.negation)
    })
  })

  readonly negation = this.RULE('negation', () => {
    this.MANY(() => this.CONSUME(word('not')))
    this.OR([
      {
        ALT: () => {
          this.CONSUME(ParenOpen)
          this.SUBRULE(this.condition)
          this.CONSUME(ParenClose)
        },
      },
      { ALT: () => this.SUBRULE(this.fact) },
    ])
  })

  readonly fact = this.RULE('fact', () => {
    this.CONSUME(ValueWord)
    this.OPTION(() => this.CONSUME2(ValueWord, { LABEL: 'name' }))
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word('is'))
          this.SUBRULE(this.factValue)
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('in'))
          this.SUBRULE(this.factRange)
        },
      },
    ])
  })

  readonly factValue = this.RULE('factValue', () => {
    this.OR([
      { ALT: () => this.CONSUME(ValueWord) },
      { ALT: () => this.CONSUME(Quoted) },
      { ALT: () => this.CONSUME(SetName) },
    ])
  })

  readonly factRange = this.RULE('factRange', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.groupWord) },
      {
        ALT: () => {
          this.SUBRULE(this.factValue)
          this.OPTION(() => this.CONSUME(ValueWord, { LABEL: 'zone' }))
        },
      },
    ])
  })

  readonly blockStatement = this.RULE('blockStatement', () => {
    this.CONSUME(BlockName)
    this.OPTION(() => this.SUBRULE(this.blockLabel))
    this.SUBRULE(this.blockBody)
  })

  readonly blockLabel = this.RULE('blockLabel', () => {
    this.OR([{ ALT: () => this.CONSUME(AnyWord) }, { ALT: () => this.CONSUME(Quoted) }])
  })

  readonly blockBody = this.RULE('blockBody', () => {
    this.CONSUME(BlockOpen)
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(Separator) }, { ALT: () => this.SUBRULE(this.entry) }])
    })
    this.CONSUME(BraceClose)
  })

  /** Braces after a key and at most one label: the lexer says whether they are a block or alternatives. */
  readonly entry = this.RULE('entry', () => {
    this.CONSUME(AnyWord)
    this.SUBRULE(this.entryWords)
    this.OPTION(() => this.SUBRULE(this.blockBody))
  })

  readonly entryWords = this.RULE('entryWords', () => {
    this.MANY(() => this.SUBRULE(this.entryWord))
  })

  readonly entryWord = this.RULE('entryWord', () => {
    this.OPTION(() => this.CONSUME(Comma))
    this.OR([
      { ALT: () => this.CONSUME(AnyWord) },
      { ALT: () => this.CONSUME(Quoted) },
      { ALT: () => this.CONSUME(SetName) },
      { ALT: () => this.SUBRULE(this.groupWord) },
    ])
  })

  readonly testStatement = this.RULE('testStatement', () => {
    this.CONSUME(word('test'))
    this.CONSUME(Quoted)
    this.OPTION(() => {
      this.CONSUME(word('in'))
      this.SUBRULE(this.factValue)
    })
    this.OPTION2(() => this.SUBRULE(this.whenClause))
    this.CONSUME(word('is'))
    this.CONSUME(DecisionWord)
  })

  readonly neverStatement = this.RULE('neverStatement', () => {
    this.CONSUME(word('never'))
    this.SUBRULE(this.neverBody)
  })

  readonly neverBody = this.RULE('neverBody', () => {
    this.OPTION(() => this.CONSUME(word('ask')))
    this.SUBRULE(this.pattern)
  })
}
