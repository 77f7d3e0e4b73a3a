using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using NodeAgent.Daemon.Cli.Verbs;

namespace NodeAgent.Daemon.Cli;

/// <summary>Runs one command line from its words to its exit code.</summary>
internal static class CommandLine
{
    /// <summary>How long a verb may take to end after Ctrl-C.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    [SuppressMessage("Design", "CA1031", Justification = "The outermost place: a bug becomes one line, not a stack trace over the operator's screen.")]
    public static async Task<int> RunAsync(IReadOnlyList<string> words, CliSurroundings around, CancellationToken cancellation)
    {
        var context = new CliContext(around);
        // A word that begins with @ names a snapshot, not a file with more words.
        var parsed = RootVerb.Build(context).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is null or ParseErrorAction)
        {
            return UsageErrors.Tell(context, parsed);
        }

        var configuration = new InvocationConfiguration
        {
            Output = around.Output,
            Error = around.Error,
            EnableDefaultExceptionHandler = false,

            // The agent has its own way to end, and may take longer for it.
            ProcessTerminationTimeout = parsed.CommandResult.Command.Name == DaemonVerb.Name ? null : EndLimit,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception bug)
        {
            await around.Error.WriteLineAsync($"error: this is a bug in nodeagent: {bug.GetType().Name}: {bug.Message}");
            await around.Error.WriteLineAsync("hint: Report it with this line and the command. NODEAGENT_DEBUG=1 shows where it happened.");
            if (!string.IsNullOrEmpty(around.Variable("NODEAGENT_DEBUG")))
            {
                await around.Error.WriteLineAsync(bug.ToString());
            }

            return ExitCode.Failed;
        }
    }
}
