using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli;

/// <summary>What every verb shares: the options that stand before or after it, and the way to the agent.</summary>
internal sealed class CliContext(CliSurroundings around)
{
    public const string DefaultSocket = "/run/nodeagent/control.sock";
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(2);

    public CliSurroundings Around => around;

    public Option<OutputFormat> Output { get; } = MakeOutput();

    public Option<string> Socket { get; } = new("--socket")
    {
        Description = "The agent's socket (also NODEAGENT_SOCKET)",
        Recursive = true,
        DefaultValueFactory = _ => around.Variable("NODEAGENT_SOCKET") is { Length: > 0 } given ? given : DefaultSocket,
    };

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours (also NO_COLOR)",
        Recursive = true,
    };

    public static Option<bool> YesOption() => new("--yes") { Description = "Do it without asking; needed where nobody can be asked" };

    public static Option<bool> WatchOption() => new("--watch", "-w") { Description = "Show it again every two seconds until Ctrl-C" };

    public Screen ScreenFor(ParseResult parsed)
    {
        // A command line that is wrong elsewhere still says in which form it wants its errors.
        var format = parsed.GetResult(Output) is { } given && !given.Errors.Any() ? given.GetValueOrDefault<OutputFormat>() : OutputFormat.Table;
        return new Screen(format, around, parsed.GetResult(NoColor) is { Implicit: false } || around.IsPlain);
    }

    public ApiClient ClientFor(ParseResult parsed) => new(parsed.GetValue(Socket)!);

    /// <summary>Makes a verb that asks the agent one thing and shows the answer.</summary>
    public void Ask<T>(
        Command verb, Func<ApiClient, ParseResult, CancellationToken, Task<Outcome<T>>> ask, Action<Screen, T> people, Func<T, int>? code = null) =>
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = ScreenFor(parsed);
            using var client = ClientFor(parsed);
            try
            {
                var answer = await ask(client, parsed, cancellation);
                if (!answer.IsOk)
                {
                    return screen.Fail(answer.Fault);
                }

                screen.Show(answer.Value, value => people(screen, value));
                return code?.Invoke(answer.Value) ?? ExitCode.Ok;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested && client.HasOrdered)
            {
                screen.Note("Not waiting any more; the order goes on. See 'nodeagent operations' and 'nodeagent status'.");
                return ExitCode.Interrupted;
            }
        });

    /// <summary>Makes a verb that orders something, and with --plan only shows what that would do.</summary>
    public void AskOrPlan<TPlan, T>(
        Command verb,
        Func<ApiClient, ParseResult, CancellationToken, Task<Outcome<TPlan>>> plan, Action<Screen, TPlan> planned,
        Func<ApiClient, ParseResult, CancellationToken, Task<Outcome<T>>> ask, Action<Screen, T> people)
        where TPlan : notnull
        where T : notnull
    {
        var isPlan = new Option<bool>("--plan") { Description = "Only show what would be done, or what stands in the way" };
        verb.Options.Add(isPlan);
        Ask<object>(
            verb,
            async (client, parsed, cancellation) => parsed.GetValue(isPlan)
                ? (await plan(client, parsed, cancellation)).Map<object>(value => value)
                : (await ask(client, parsed, cancellation)).Map<object>(value => value),
            (screen, value) =>
            {
                if (value is TPlan told)
                {
                    planned(screen, told);
                }
                else
                {
                    people(screen, (T)value);
                }
            });
    }

    /// <summary>Makes a verb that shows what the agent knows, once or again and again.</summary>
    public void Show<T>(Command verb, Option<bool> watch, Func<ApiClient, ParseResult, CancellationToken, Task<Outcome<T>>> ask, Action<Screen, T> people, Func<ParseResult, T, int>? code = null) =>
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = ScreenFor(parsed);
            var isWatched = parsed.GetValue(watch);
            using var client = ClientFor(parsed);
            while (true)
            {
                var answer = await ask(client, parsed, cancellation);
                if (!answer.IsOk)
                {
                    return screen.Fail(answer.Fault);
                }

                if (!isWatched)
                {
                    screen.Show(answer.Value, value => people(screen, value));
                    return code?.Invoke(parsed, answer.Value) ?? ExitCode.Ok;
                }

                screen.Again(answer.Value, value => people(screen, value));
                await Task.Delay(WatchPause, around.Time, cancellation);
            }
        });

    /// <summary>Asks a person whether to go on; where nobody can be asked, <c>--yes</c> has to be given.</summary>
    public Outcome Confirm(ParseResult parsed, Option<bool> yes, string question, string typed)
    {
        if (parsed.GetValue(yes))
        {
            return Outcome.Done;
        }

        if (!around.IsInputTerminal || !around.IsErrorTerminal)
        {
            return Refused(question, "nobody can be asked here", "Give --yes.");
        }

        around.Error.Write($"This will {question}.\nType '{typed}' to go on: ");
        around.Error.Flush();
        return around.Input.ReadLine()?.Trim() == typed ? Outcome.Done : Refused(question, "it was not confirmed", "");
    }

    private static Option<OutputFormat> MakeOutput()
    {
        var option = ChoiceOption.Of<OutputFormat>("How to show it", "--output", "-o");
        option.Recursive = true;
        return option;
    }

    private static Fault Refused(string what, string why, string next) =>
        new(FaultCode.PreconditionFailed, $"not done ({what})", why, next, Retry.AfterFix);
}
