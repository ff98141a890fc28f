namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Scripts that ask the tool itself, through its directive <c>[suggest]</c>.</summary>
internal static class CompletionScripts
{
    private const string Bash = """
        # eval "$(haptitalk-resilience completion bash)"
        _haptitalk_resilience() {
            local word="${COMP_WORDS[COMP_CWORD]}" line
            COMPREPLY=()
            while IFS= read -r line; do
                if [[ "$line" == "$word"* ]]; then COMPREPLY+=("$line"); fi
            done < <(haptitalk-resilience "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
        }
        complete -o default -F _haptitalk_resilience haptitalk-resilience
        """;

    private const string Zsh = """
        # eval "$(haptitalk-resilience completion zsh)"
        _haptitalk_resilience() {
            local -a found
            found=("${(@f)$(haptitalk-resilience "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _haptitalk_resilience haptitalk-resilience
        """;

    private const string Pwsh = """
        # haptitalk-resilience completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName haptitalk-resilience -ScriptBlock {
            param($word, $line, $position)
            haptitalk-resilience "[suggest:$position]" "$line" 2>$null |
                Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["pwsh"] = Pwsh,
    };
}
