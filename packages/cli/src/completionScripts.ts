import { type CommandFacts, everywhere } from './command.js'
import { type Flag, typedName } from './flags.js'

/** A flag as a completion script needs it. */
interface Completed {
  readonly typed: string
  readonly flag: Flag<unknown>
}

function flagsOf({ flags }: CommandFacts): readonly Completed[] {
  return Object.entries({ ...flags, ...everywhere }).map(([name, flag]) => ({ typed: typedName(name), flag }))
}

function isNestedIn(group: string): (facts: CommandFacts) => boolean {
  return ({ name }) => name.startsWith(`${group} `)
}

/** The first words of all commands: `key` stands for all that begin with it. */
function firstWords(all: readonly CommandFacts[]): readonly string[] {
  return [...new Set(all.map(({ name }) => name.split(' ')[0] ?? name))]
}

function groupsOf(all: readonly CommandFacts[]): readonly string[] {
  return firstWords(all).filter((word) => all.some(isNestedIn(word)))
}

function secondWords(all: readonly CommandFacts[], group: string): readonly string[] {
  return all.filter(isNestedIn(group)).map(({ name }) => name.slice(group.length + 1))
}

/** Every flag that takes one of a few words, once. */
function choiceFlags(all: readonly CommandFacts[]): ReadonlyMap<string, readonly string[]> {
  const flags = all
    .flatMap(flagsOf)
    .flatMap(({ typed, flag }) => (flag.choices === undefined ? [] : [[typed, flag.choices] as const]))
  const merged = new Map<string, readonly string[]>()
  for (const [typed, choices] of flags) merged.set(typed, [...new Set([...(merged.get(typed) ?? []), ...choices])])
  return merged
}

function fileFlags(all: readonly CommandFacts[]): readonly string[] {
  return [
    ...new Set(
      all.flatMap(flagsOf).flatMap(({ typed, flag }) => (flag.isFile ? [typed, ...(flag.short ? [`-${flag.short}`] : [])] : [])),
    ),
  ]
}

/** The script for bash. */
export function writeBash(all: readonly CommandFacts[]): string {
  const values = [...choiceFlags(all)].map(
    ([typed, choices]) => `    ${typed}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$cur")); return ;;`,
  )
  const flags = all.map(
    (facts) =>
      `    "${facts.name}"*) words="${flagsOf(facts)
        .map(({ typed }) => typed)
        .join(' ')}" ;;`,
  )
  const groups = groupsOf(all).map((group) => `    "${group}") words="${secondWords(all, group).join(' ')}" ;;`)
  return `# bash completion for pkjwt
_pkjwt() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" line words=""
  line="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
  COMPREPLY=()
  case "$prev" in
${values.join('\n')}
    ${fileFlags(all).join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  case "$line" in
    "") words="${firstWords(all).join(' ')} help" ;;
${groups.join('\n')}
${flags.join('\n')}
  esac
  if [[ "$cur" == -* || "$line" == "" ]] || [[ " ${groupsOf(all).join(' ')} " == *" $line "* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _pkjwt pkjwt
`
}

/** The script for zsh. */
export function writeZsh(all: readonly CommandFacts[]): string {
  const cases = all.map((facts) => {
    const specs = flagsOf(facts).map(({ typed, flag }) => `    ${zshSpec(typed, flag)}`)
    return `  "${facts.name}") _arguments \\\n${[...specs, "    '*:file:_files'"].join(' \\\n')} ;;`
  })
  const described = (facts: readonly CommandFacts[], from: number) =>
    facts.map(({ name, summary }) => `'${zshText(`${name.slice(from)}:${summary}`)}'`).join(' ')
  const groups = groupsOf(all)
  const alone = all.filter(({ name }) => !name.includes(' '))
  const first = [described(alone, 0), ...groups.map((group) => `'${group}:a group of commands'`)].join(' ')
  return `#compdef pkjwt
_pkjwt() {
  local -a names
  local command="$words[2]"
  if (( CURRENT == 2 )); then names=(${first}); _describe command names; return; fi
${groups
  .map(
    (group) => `  if [[ $command == ${group} ]]; then
    if (( CURRENT == 3 )); then names=(${described(all.filter(isNestedIn(group)), group.length + 1)}); _describe command names; return; fi
    command="$command $words[3]"
  fi`,
  )
  .join('\n')}
  case "$command" in
${cases.join('\n')}
  esac
}
_pkjwt "$@"
`
}

function zshSpec(typed: string, { help, takes, choices, isFile, repeats }: Flag<unknown>): string {
  const value =
    takes === undefined ? '' : `:${zshText(takes)}:${choices !== undefined ? `(${choices.join(' ')})` : isFile ? '_files' : ''}`
  return `'${repeats && takes !== undefined ? '*' : ''}${typed}[${zshText(help)}]${value}'`
}

function zshText(text: string): string {
  return text.replace(/['’]/g, "'\\''").replace(/[[\]]/g, '\\$&')
}

/** The script for fish. */
export function writeFish(all: readonly CommandFacts[]): string {
  const groups = groupsOf(all)
  const first = all.flatMap(({ name, summary }) =>
    name.includes(' ') ? [] : [`complete -c pkjwt -n __fish_use_subcommand -f -a ${name} -d ${fishText(summary)}`],
  )
  const nested = groups.flatMap((group) => [
    `complete -c pkjwt -n __fish_use_subcommand -f -a ${group} -d 'a group of commands'`,
    ...all.filter(isNestedIn(group)).map(({ name, summary }) => {
      const words = secondWords(all, group).join(' ')
      return `complete -c pkjwt -n '__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${words}' -f -a ${name.slice(group.length + 1)} -d ${fishText(summary)}`
    }),
  ])
  const flags = all.flatMap((facts) => {
    const seen = facts.name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    return flagsOf(facts).map(({ typed, flag }) => fishFlag(typed, flag, seen))
  })
  return `# fish completion for pkjwt\n${[...first, ...nested, ...flags].join('\n')}\n`
}

function fishFlag(typed: string, { help, takes, choices, short, isFile }: Flag<unknown>, seen: string): string {
  const value = takes === undefined ? '' : choices !== undefined ? ` -x -a '${choices.join(' ')}'` : isFile ? ' -r' : ' -x'
  return `complete -c pkjwt -n '${seen}' -l ${typed.slice(2)}${short === undefined ? '' : ` -s ${short}`}${value} -d ${fishText(help)}`
}

function fishText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/** The script for PowerShell. */
export function writePowerShell(all: readonly CommandFacts[]): string {
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')
  const flags = all.map((facts) => `  '${facts.name}' = @(${quoted(flagsOf(facts).map(({ typed }) => typed))})`)
  const groups = groupsOf(all).map((group) => `  '${group}' = @(${quoted(secondWords(all, group))})`)
  const values = [...choiceFlags(all)].map(([typed, choices]) => `  '${typed}' = @(${quoted(choices)})`)
  return `# PowerShell completion for pkjwt
$pkjwtWords = @{
  '' = @(${quoted([...firstWords(all), 'help'])})
${[...groups, ...flags].join('\n')}
}
$pkjwtValues = @{
${values.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName pkjwt -ScriptBlock {
  param($word, $ast, $position)
  $typed = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -ne '') { $typed = @($typed | Select-Object -SkipLast 1) }
  $found = if ($typed.Count -gt 0) { $pkjwtValues[$typed[-1]] }
  for ($n = [Math]::Min(3, $typed.Count); -not $found -and $n -ge 0; $n--) {
    $found = $pkjwtWords[(@($typed | Select-Object -First $n) -join ' ')]
  }
  $found | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`
}
