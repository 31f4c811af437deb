/** The shells that brokkr completes in. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;

/** What a shell asks for at each press of Tab: a line for each word, with a tab and its meaning; `:files` for file names. */
const ASK = 'completion --words --';

const bash = `# Completion of brokkr in bash: brokkr completion bash > ~/.local/share/bash-completion/completions/brokkr
_brokkr() {
  local line=\${COMP_LINE:0:COMP_POINT} current kept word file
  local -a words
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current=\${words[\${#words[@]} - 1]}
  # Readline begins a new word at = and :, so what stands before them is not part of the answer.
  kept=\${current%"\${current##*[=:]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    if [[ $word == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "\${current#"$kept"}")
    else
      COMPREPLY+=("\${word#"$kept"}")
    fi
  done < <("\${words[0]}" ${ASK} "\${words[@]:1}" 2>/dev/null)
}
complete -F _brokkr brokkr
`;

const zsh = `#compdef brokkr
# Completion of brokkr in zsh: brokkr completion zsh > a folder of your $fpath, under the name _brokkr; or source it.
_brokkr() {
  local line
  local -a told plain described
  told=("\${(@f)$("\${words[1]}" ${ASK} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${told[@]}"; do
    case $line in
      '') ;;
      :files) _files ;;
      *$'\\t'*) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) plain+=("$line") ;;
    esac
  done
  (( \${#described} )) && _describe -t words word described
  (( \${#plain} )) && compadd -a plain
  return 0
}
if [[ \${funcstack[1]} == _brokkr ]]; then _brokkr "$@"; else compdef _brokkr brokkr; fi
`;

const fish = `# Completion of brokkr in fish: brokkr completion fish > ~/.config/fish/completions/brokkr.fish
function __brokkr_words
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] ${ASK} $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo -- $line
        end
    end
end
complete -c brokkr -f -a '(__brokkr_words)'
`;

/** By shell: the script that asks brokkr at each press of Tab, so it need not be made anew for a new version. */
export const completionScripts: Readonly<Record<(typeof completionShells)[number], string>> = { bash, zsh, fish };
