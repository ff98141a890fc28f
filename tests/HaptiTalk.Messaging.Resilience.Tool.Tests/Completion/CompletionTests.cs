using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests.Completion;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("haptitalk-resilience dead-le", "dead-letters")]
    [InlineData("haptitalk-resilience dead-letters s", "search show summary")]
    [InlineData("haptitalk-resilience dead-letters replay user_error --max", "--max-replays --max-returned")]
    [InlineData("haptitalk-resilience dead-letters replay user_error --abandoned-requests ", "as-is skip without-reply")]
    [InlineData("haptitalk-resilience completion ", "bash pwsh zsh")]
    public async Task Bash_Line_IsCompleted(string line, string expected)
    {
        string completed = await BashAsync(
            """
            tool="$2"
            haptitalk-resilience() { dotnet exec "$tool" "$@"; }
            eval "$(haptitalk-resilience completion bash)"
            complete -p haptitalk-resilience >/dev/null
            COMP_LINE="$1" COMP_POINT=${#1}
            read -ra COMP_WORDS <<<"$1"
            [[ "$1" == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _haptitalk_resilience
            echo "${COMPREPLY[*]}"
            """,
            line);

        completed.Trim().Split(' ').Where(word => word[0] != '-' || expected[0] == '-').Except(["/h", "/?"]).ShouldBe(expected.Split(' '));
    }

    [Theory]
    [InlineData("zsh", "compdef _haptitalk_resilience haptitalk-resilience")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName haptitalk-resilience")]
    public async Task Completion_OtherShells_WritesAScript(string shell, string part)
    {
        Run run = await Run.OfAsync("completion", shell);

        run.Code.ShouldBe(0);
        run.Output.ShouldContain(part);
    }

    [Fact]
    public async Task Completion_UnknownShell_EndsWith2() => (await Run.OfAsync("completion", "cmd")).Code.ShouldBe(2);

    private static async Task<string> BashAsync(string script, string line)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "haptitalk-resilience.dll");
        ProcessStartInfo start = new("bash", ["-eu", "-c", script, "bash", line, tool]) { UseShellExecute = false, RedirectStandardOutput = true };
        using Process bash = Process.Start(start).ShouldNotBeNull();
        string output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        bash.ExitCode.ShouldBe(0);
        return output;
    }
}
