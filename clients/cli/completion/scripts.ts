/**
 * What each shell is given: a few lines that ask `wingman __complete`. Its talk goes nowhere, since a line that appears under
 * a half-typed command is worse than no help; where it offers nothing, the shell offers files.
 */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// `$1` is wingman as it was typed, with a path or not: what completes is what will run.
const BASH = `# wingman completion for bash
_wingman() {
  local IFS=$'\\n'
  COMPREPLY=($("$1" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null))
}
complete -o default -F _wingman wingman
`;

const ZSH = `#compdef wingman
_wingman() {
  local -a offered
  offered=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  if [[ -n "\${offered[1]}" ]]; then compadd -- "\${offered[@]}"; else _files; fi
}
if [[ "\${funcstack[1]}" = _wingman ]]; then _wingman "$@"; else compdef _wingman wingman; fi
`;

const FISH = `# wingman completion for fish
function __wingman_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    $words[1] __complete -- $words[2..-1] "$typed" 2>/dev/null </dev/null
end
complete -c wingman -a '(__wingman_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
