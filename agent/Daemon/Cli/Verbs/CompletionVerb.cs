using System.CommandLine;
using NodeAgent.Daemon.Cli.Completion;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent completion bash</c>.</summary>
internal static class CompletionVerb
{
    public static Command Build(CliContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash" };
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not "bash" and var other }, ..])
            {
                result.AddError($"there is no completion for '{other}', only for bash");
            }
        });
        var verb = new Command("completion", "Print the completion script of a shell: source <(nodeagent completion bash)") { shell };
        verb.SetAction(_ =>
        {
            context.Around.Output.Write(BashScript.Make(RootVerb.Build(context)));
            return ExitCode.Ok;
        });
        return verb;
    }
}
