using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli;

/// <summary>What every verb shares: the options that stand before or after it, and the way to the agent.</summary>
internal sealed class CliContext
{
    public const string DefaultSocket = "/run/nodeagent/control.sock";
    public const string DefaultConfig = "/etc/nodeagent/nodeagent.yaml";

    public Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        Description = "How to show it: table, json or yaml",
        Recursive = true,
    };

    public Option<string> Socket { get; } = new("--socket")
    {
        Description = "The agent's socket (also NODEAGENT_SOCKET)",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NODEAGENT_SOCKET") ?? DefaultSocket,
    };

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours (also NO_COLOR)",
        Recursive = true,
    };

    public static Option<bool> YesOption() => new("--yes") { Description = "Do it without asking; needed where nobody can be asked" };

    public Screen ScreenFor(ParseResult parsed)
    {
        var noColor = parsed.GetValue(NoColor) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var isTerminal = parsed.InvocationConfiguration.Output == Console.Out && !Console.IsOutputRedirected;
        return new Screen(
            parsed.GetValue(Output), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, isTerminal, noColor);
    }

    public ApiClient ClientFor(ParseResult parsed) => new(parsed.GetValue(Socket)!);

    /// <summary>Makes a verb that asks the agent one thing and shows the answer.</summary>
    public void Ask<T>(
        Command verb, Func<ApiClient, ParseResult, CancellationToken, Task<Outcome<T>>> ask, Action<Screen, T> people) =>
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = ScreenFor(parsed);
            using var client = ClientFor(parsed);
            var answer = await ask(client, parsed, cancellation);
            if (!answer.IsOk)
            {
                return screen.Fail(answer.Fault);
            }

            screen.Show(answer.Value, value => people(screen, value));
            return ExitCode.Ok;
        });

    /// <summary>Asks a person whether to go on; where nobody can be asked, <c>--yes</c> has to be given.</summary>
    public static Outcome Confirm(ParseResult parsed, Option<bool> yes, string question, string typed)
    {
        if (parsed.GetValue(yes))
        {
            return Outcome.Done;
        }

        if (Console.IsInputRedirected)
        {
            return Refused(question, "nobody can be asked here", "Give --yes.");
        }

        Console.Error.Write($"{question}\nType '{typed}' to go on: ");
        return Console.ReadLine()?.Trim() == typed ? Outcome.Done : Refused(question, "it was not confirmed", "");
    }

    private static Fault Refused(string what, string why, string next) =>
        new(FaultCode.PreconditionFailed, $"not done ({what})", why, next, Retry.AfterFix);
}
